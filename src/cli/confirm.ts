import { createInterface } from 'node:readline';
import { UserError } from '../server/errors.ts';
import type { CommonOptions } from './context.ts';
import { wrapped } from './output/table.ts';

/** Lines of the terminal that one sentence may take, as a room may have a long name. */
const MOST_LINES = 9;

/** `yes`: nothing is asked. */
export type Confirming = CommonOptions & { yes?: boolean };

/** Whether somebody is there to be asked. */
export const isAsked = ({ yes, json }: Confirming) =>
  !yes && !json && Boolean(process.stdin.isTTY && process.stderr.isTTY);

/**
 * On a terminal says what is going to happen, and asks whether it is to. Elsewhere nobody can be asked: what cannot be
 * undone needs --yes there, and the rest is done as it was told.
 * @param what whole sentences
 * @throws {UserError} the answer was not yes; usage: it needs --yes
 */
export async function confirm(
  what: string[],
  options: Confirming,
  { needsYes = false }: { needsYes?: boolean } = {},
): Promise<void> {
  if (options.yes) return;
  if (isAsked(options)) {
    const lines = what.flatMap((text) => wrapped(text, process.stderr.columns || 80, MOST_LINES));
    process.stderr.write(`${lines.join('\n')}\n`);
    const answer = await ask('Go on? [y/N] ');
    // Nobody has pressed Enter.
    if (answer === '\n') process.stderr.write(answer);
    if (/^y(es)?$/i.test(answer.trim())) return;
    throw new UserError('Cancelled: nothing was changed.');
  }
  if (needsYes) throw new UserError(`${what.join(' ')} To do it, say --yes.`, { usage: true });
}

/** What is typed, or an end of line alone where the input ends. Ctrl+C ends the program as it does elsewhere. */
function ask(question: string): Promise<string> {
  const reader = createInterface({ input: process.stdin, output: process.stderr });
  return new Promise<string>((resolve) => {
    reader.once('close', () => resolve('\n'));
    reader.once('SIGINT', () => {
      process.stderr.write('\n');
      process.kill(process.pid, 'SIGINT');
    });
    reader.question(question, resolve);
  }).finally(() => reader.close());
}
