import { type Logger, pino } from 'pino';

/** Bytes of the log that are kept while it cannot be written; what comes after them is lost. */
const WAITING_BYTES = 1024 * 1024;

/** JSON lines on standard error; standard output is for what a command prints. */
export function createLogger(level: string): Logger {
  const destination = pino.destination({ dest: 2, sync: true, maxLength: WAITING_BYTES });
  // A disk that is full (ENOSPC) must not end the process, and every call with it: it is written when there is space.
  destination.on('error', () => undefined);
  return pino({ level, base: null, serializers: { err: errorForLog } }, destination);
}

type LoggedError = { type: string; message: string; code?: unknown; stack?: string; cause?: LoggedError };

/**
 * What of an error is logged. Not its other properties: a database driver puts the statement with its values
 * there, which are people's names and messages.
 */
export function errorForLog(error: unknown): LoggedError {
  if (!(error instanceof Error)) return { type: typeof error, message: String(error) };
  const { name, message, stack, cause } = error;
  const { code } = error as NodeJS.ErrnoException;
  return {
    type: name,
    message,
    ...(code !== undefined && { code }),
    ...(stack !== undefined && { stack }),
    ...(cause !== undefined && { cause: errorForLog(cause) }),
  };
}
