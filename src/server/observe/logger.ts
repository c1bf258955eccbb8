import { type Logger, pino } from 'pino';

/** JSON lines on standard error; standard output is for what a command prints. */
export function createLogger(level: string): Logger {
  return pino({ level, base: null, serializers: { err: errorForLog } }, pino.destination(2));
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
