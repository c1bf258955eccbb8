import { spawn } from 'node:child_process';

/** What could not be done, in one message that says what to do. */
export class SetupError extends Error {}

/** Lines of a failed program's output that are shown. */
const TAIL = 15;

/**
 * Runs a program to its end. `onLine` sees each line of its output as it comes.
 * @throws {SetupError} `failure`, with the end of what the program said
 */
export function run(command, args, { failure, onLine = () => undefined, ...options }) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], ...options });
    const tail = [];
    let rest = '';
    const take = (chunk) => {
      const lines = (rest + chunk).split(/[\r\n]+/);
      rest = lines.pop();
      for (const line of lines) {
        onLine(line);
        tail.push(line);
        if (tail.length > TAIL) tail.shift();
      }
    };
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', take);
    const fail = (why) => reject(new SetupError([failure, ...tail, rest, why].filter(Boolean).join('\n  ')));
    child.on('error', (error) => fail(error.message));
    child.on('close', (code, signal) =>
      code === 0 ? resolve() : fail(`${command} ended with ${code ?? signal}`),
    );
  });
}
