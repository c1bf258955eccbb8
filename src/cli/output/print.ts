import { CommanderError } from 'commander';
import { UserError } from '../../server/errors.ts';

/** One line on standard output. */
export function printLine(text = ''): void {
  process.stdout.write(`${text}\n`);
}

/** Columns of the terminal; null where nobody looks at one: nothing is cut or broken then. */
export const screenWidth = (): number | null =>
  process.stdout.isTTY ? (process.stdout.columns ?? 80) : null;

/** One JSON object on one line of standard output. */
export function printJson(value: object): void {
  printLine(JSON.stringify(value));
}

/** Something worth knowing that is no failure, on standard error. */
export function printNote(text: string): void {
  process.stderr.write(`webinterview: note: ${text}\n`);
}

/**
 * Says in one line on standard error what went wrong: text, or with `json` {"error": {"message"}}.
 * @returns the exit code: 2 for wrong usage, else 1
 */
export function reportError(error: unknown, { json, verbose }: { json: boolean; verbose: boolean }): 1 | 2 {
  const message = messageOf(error, verbose);
  const details = error instanceof UserError ? error.details : [];
  const object = { error: { message, ...(details.length > 0 && { details }) } };
  process.stderr.write(`${json ? JSON.stringify(object) : `webinterview: ${message}`}\n`);
  if (!json) for (const detail of details) process.stderr.write(`  ${oneLine(detail)}\n`);
  if (verbose && error instanceof Error && !json) process.stderr.write(`${error.stack}\n`);
  const usage = error instanceof CommanderError || (error instanceof UserError && error.usage);
  return usage ? 2 : 1;
}

function messageOf(error: unknown, verbose: boolean): string {
  if (error instanceof CommanderError) return usageMessage(error);
  const text = oneLine(error instanceof Error ? error.message || error.name : String(error));
  return error instanceof UserError || verbose ? text : `${text} (--verbose says more)`;
}

function usageMessage({ code, message }: CommanderError): string {
  if (code === 'commander.help') return 'A command is missing: see webinterview --help.';
  // Commander gives its errors whole, with its own beginning and end.
  return `${oneLine(message)
    .replace(/^error: /, '')
    .replace(/\.$/, '')}; see webinterview --help.`;
}

function oneLine(text: string): string {
  return text.trim().replace(/\s*\n\s*/g, ' ');
}
