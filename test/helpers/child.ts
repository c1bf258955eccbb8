/** Child processes that a test waits for. */
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { inTime } from './until.ts';

/** Milliseconds for a command to its end, on a machine that is busy with other tests: below ava's three minutes, which name no command. */
const PATIENCE_MS = 150_000;

export type Ended = {
  code: number | null;
  signal: NodeJS.Signals | null;
  stdout: Buffer;
  stderr: string;
};

/**
 * How a process ends, with all that it has printed where that is piped. To be called in the turn in which it was started.
 * @param what it is, in words
 * @throws {Error} with those words and what it has printed last, when it takes too long: it is killed then
 */
export async function endOf(child: ChildProcess, what: string, withinMs = PATIENCE_MS): Promise<Ended> {
  const printed = { stdout: [] as Buffer[], stderr: [] as Buffer[] };
  for (const name of ['stdout', 'stderr'] as const)
    child[name]?.on('data', (chunk: Buffer) => printed[name].push(chunk));
  const last = () =>
    Buffer.concat([...printed.stdout, ...printed.stderr])
      .toString()
      .slice(-1000);
  try {
    const [code, signal] = await inTime(`${what} has ended`, once(child, 'close'), { withinMs, last });
    return {
      code,
      signal,
      stdout: Buffer.concat(printed.stdout),
      stderr: Buffer.concat(printed.stderr).toString(),
    };
  } finally {
    if (child.exitCode === null) child.kill('SIGKILL');
  }
}
