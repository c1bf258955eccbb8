import { CommanderError } from 'commander';
import { UserError } from '../../server/errors.ts';

/** One line on standard output. */
export function printLine(text = ''): void {
  process.stdout.write(`${text}\n`);
}

/** Columns of the terminal; null where nobody looks at one: nothing is cut or broken then. */
export const screenWidth = (): number | null => (process.stdout.isTTY ? process.stdout.columns || 80 : null);

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
 * @param command with the program before it, whose help says more
 * @returns the exit code: 2 for wrong usage, else 1
 */
export function reportError(
  error: unknown,
  { json, verbose, command }: { json: boolean; verbose: boolean; command: string },
): 1 | 2 {
  const message = messageOf(error, verbose, command);
  const details = error instanceof UserError ? error.details : [];
  const object = { error: { message, ...(details.length > 0 && { details }) } };
  process.stderr.write(`${json ? JSON.stringify(object) : `webinterview: ${message}`}\n`);
  if (!json) for (const detail of details) process.stderr.write(`  ${oneLine(detail)}\n`);
  if (verbose && error instanceof Error && !json) process.stderr.write(`${error.stack}\n`);
  const usage = error instanceof CommanderError || (error instanceof UserError && error.usage);
  return usage ? 2 : 1;
}

function messageOf(error: unknown, verbose: boolean, command: string): string {
  if (error instanceof CommanderError) return usageMessage(error, command);
  const text = error instanceof Error ? error.message || error.name : String(error);
  if (error instanceof UserError && saysNoMore(error)) return `${withoutStop(text)}; see ${command} --help.`;
  if (error instanceof UserError || verbose) return sentence(text);
  return `${withoutStop(text)} (--verbose says more).`;
}

/** Wrong usage of which nothing is said but what is wrong: the command's help says what can be. */
const saysNoMore = ({ usage, remedy, details }: UserError) =>
  usage && remedy === null && details.length === 0;

function usageMessage({ code, message }: CommanderError, command: string): string {
  if (code === 'commander.help') return `A command is missing: see ${command} --help.`;
  // Commander gives its errors whole, with its own beginning and end.
  return `${withoutStop(message).replace(/^error: /, '')}; see ${command} --help.`;
}

/** With one full stop at its end, whoever has written it; a colon stands before the lines that say more. */
const sentence = (text: string) => (/:\s*$/.test(text) ? oneLine(text) : `${withoutStop(text)}.`);

const withoutStop = (text: string) => oneLine(text).replace(/[.\s]+$/, '');

function oneLine(text: string): string {
  return text.trim().replace(/\s*\n\s*/g, ' ');
}
