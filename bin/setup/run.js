import { spawn } from 'node:child_process';
import { untilUndone } from './scratch.js';

/** What could not be done, in one message that says what to do. */
export class SetupError extends Error {}

/** Lines of a failed program's output that are shown: the first that speak of an error, and the last. */
const ERRORS = 10;
const TAIL = 10;

/**
 * Runs a program to its end. `onLine` sees each line of its output as it comes. When set-up is stopped, so is the
 * program, with all that it started.
 * @throws {SetupError} `failure`, with the end of what the program said
 */
export function run(command, args, { failure, onLine = () => undefined, ...options }) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], detached: true, ...options });
    const stop = untilUndone(() => child.exitCode === null && child.pid && stopGroup(child.pid));
    const output = lineReader(onLine);
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', output.take);
    const fail = (why) =>
      reject(new SetupError([failure, ...output.excerpt(), why].filter(Boolean).join('\n  ')));
    child.on('error', (error) => fail(error.message));
    child.on('close', (code, signal) => {
      stop();
      if (code === 0) resolve();
      else fail(`${command} ended with ${code ?? signal}`);
    });
  });
}

function lineReader(onLine) {
  const lines = [];
  let rest = '';
  return {
    take(chunk) {
      const whole = (rest + chunk).split(/[\r\n]+/);
      rest = whole.pop();
      for (const line of whole) onLine(line);
      lines.push(...whole);
    },
    excerpt() {
      const all = [...lines, rest].filter((line) => line.trim());
      const before = all.slice(0, -TAIL);
      const errors = before.filter((line) => /error|fatal|^E:/i.test(line)).slice(0, ERRORS);
      return errors.length < before.length ? [...errors, '...', ...all.slice(-TAIL)] : all;
    },
  };
}

function stopGroup(pid) {
  try {
    process.kill(-pid, 'SIGTERM');
  } catch (error) {
    if (error.code !== 'ESRCH') throw error;
  }
}
