import { rmSync } from 'node:fs';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { askServer } from './ask.ts';
import { filesIn } from './dataDir.ts';
import { UserError } from './errors.ts';

/** Where a running server leaves its address for the commands beside it. */
const fileOf = (dataDir: string) => filesIn(dataDir).address;

/**
 * Writes `server.json` into the data directory, whole or not at all; the returned function takes it away again,
 * unless another server has put its own there meanwhile.
 * @throws {UserError} it cannot be written
 */
export async function writeServerFile(dataDir: string, url: string): Promise<() => Promise<void>> {
  const file = fileOf(dataDir);
  const text = JSON.stringify({ pid: process.pid, url });
  await replaceFile(file, text);
  return async () => {
    if ((await readFile(file, 'utf8').catch(() => null)) === text) rmSync(file, { force: true });
  };
}

async function replaceFile(file: string, text: string): Promise<void> {
  const draft = `${file}.${process.pid}`;
  try {
    await mkdir(dirname(file), { recursive: true, mode: 0o700 });
    await writeFile(draft, text);
    await rename(draft, file);
  } catch (error) {
    rmSync(draft, { force: true });
    const { code } = error as NodeJS.ErrnoException;
    throw new UserError(`Cannot write ${file} (${code})`, {
      remedy: 'check the disk, its free space and the permissions.',
      cause: error,
    });
  }
}

/** The server that runs on this data directory; null: none does (a crash leaves the file). */
async function runningServer(dataDir: string): Promise<{ pid: number; url: string } | null> {
  try {
    const { pid, url } = JSON.parse(await readFile(fileOf(dataDir), 'utf8')) as Record<string, unknown>;
    return typeof url === 'string' && isAlive(Number(pid)) ? { pid: Number(pid), url } : null;
  } catch {
    return null;
  }
}

/** Its address. */
export async function runningServerUrl(dataDir: string): Promise<string | null> {
  return (await runningServer(dataDir))?.url ?? null;
}

type Where = { dataDir: string; http: { publicUrl: string | null } };

/** As runningServerUrl, and it answers: after a crash the number may be another program's. */
export async function answeringServerUrl(
  { dataDir, http: { publicUrl } }: Where,
  timeoutMs: number,
): Promise<string | null> {
  const url = await runningServerUrl(dataDir);
  const answer = url && (await askServer(`${url}/healthz`, { timeoutMs, publicUrl }).catch(() => null));
  return answer ? url : null;
}

/**
 * Two servers on one data directory would hold each other's rooms.
 * @throws {UserError} another server runs there and answers
 */
export async function assertNoOtherServer(where: Where): Promise<void> {
  const url = await answeringServerUrl(where, 1000);
  if (!url) return;
  const { dataDir } = where;
  throw new UserError(`A server runs on the data directory ${dataDir} already, at ${url}`, {
    remedy: 'stop it first, or name another directory with --data-dir.',
  });
}

/**
 * Before its database is exchanged: a server that hangs, and so answers nobody, would go on with the one that was there.
 * @throws {UserError} a server runs there, whether it answers or not
 */
export async function assertNoServerAlive(where: Where): Promise<void> {
  await assertNoOtherServer(where);
  const { dataDir } = where;
  const server = await runningServer(dataDir);
  if (!server || !(await mayServe(server.pid))) return;
  throw new UserError(
    `The server on the data directory ${dataDir} (process ${server.pid}) does not answer, and still runs`,
    { remedy: `stop it first. If that process is another program, delete ${fileOf(dataDir)}.` },
  );
}

/** After a crash the number may be another program's, as this command's own in a container. */
async function mayServe(pid: number): Promise<boolean> {
  if (pid === process.pid) return false;
  const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => null);
  return command === null || command.split('\0').includes('serve');
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
