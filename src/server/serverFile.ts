import { rmSync } from 'node:fs';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError } from './errors.ts';

/** Where a running server leaves its address for the commands beside it. */
const fileOf = (dataDir: string) => join(dataDir, 'server.json');

/**
 * Writes `server.json` into the data directory, whole or not at all; the returned function takes it away again,
 * unless another server has put its own there meanwhile.
 */
export async function writeServerFile(dataDir: string, url: string): Promise<() => Promise<void>> {
  const file = fileOf(dataDir);
  const text = JSON.stringify({ pid: process.pid, url });
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  await writeFile(`${file}.${process.pid}`, text);
  await rename(`${file}.${process.pid}`, file);
  return async () => {
    if ((await readFile(file, 'utf8').catch(() => null)) === text) rmSync(file, { force: true });
  };
}

/** The address of the server that runs on this data directory; null: none does (a crash leaves the file). */
export async function runningServerUrl(dataDir: string): Promise<string | null> {
  try {
    const { pid, url } = JSON.parse(await readFile(fileOf(dataDir), 'utf8')) as Record<string, unknown>;
    return typeof url === 'string' && isAlive(Number(pid)) ? url : null;
  } catch {
    return null;
  }
}

/**
 * Two servers on one data directory would hold each other's rooms.
 * @throws {UserError} another server runs there and answers
 */
export async function assertNoOtherServer(dataDir: string): Promise<void> {
  const url = await runningServerUrl(dataDir);
  // Asked, not believed: after a crash the number may be another program's.
  const answer =
    url && (await fetch(`${url}/healthz`, { signal: AbortSignal.timeout(1000) }).catch(() => null));
  if (!answer) return;
  throw new UserError(
    `A server runs on the data directory ${dataDir} already, at ${url}: stop it first, or name another directory with --data-dir.`,
  );
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
