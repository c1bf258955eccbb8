/** That a data directory is one server's alone, for as long as it runs. */
import { chmod, mkdir } from 'node:fs/promises';
import { filesIn } from './dataDir.ts';
import { UserError } from './errors.ts';

/** Those of this process: a lock whose object nobody has any more would be given back. */
const locks = new Set<object>();

/**
 * Takes the data directory: looking first whether another server is there would let two in that start at the same time, and
 * one beside another that hangs. The lock is SQLite's, of an empty database: the system gives it back when the process
 * ends, however that is, and it holds between containers that share the directory.
 * @returns what gives it back
 * @throws {UserError} another process has it; it cannot be written there
 */
export async function lockDataDir(dataDir: string): Promise<() => void> {
  const { lock: file } = filesIn(dataDir);
  const { default: Database } = await import('libsql');
  try {
    await mkdir(dataDir, { recursive: true, mode: 0o700 });
    const lock = new Database(file);
    lock.exec('BEGIN EXCLUSIVE');
    // Not by opening it: the system takes all of a process's locks on a file back when any of its handles is closed.
    await chmod(file, 0o600);
    locks.add(lock);
    return () => {
      lock.exec('ROLLBACK');
      locks.delete(lock);
    };
  } catch (error) {
    throw lockError(dataDir, file, error);
  }
}

function lockError(dataDir: string, file: string, error: unknown): UserError {
  const code = String((error as NodeJS.ErrnoException).code);
  const message = code.startsWith('SQLITE_BUSY')
    ? `Another server, or a restore, is at work on the data directory ${dataDir}: wait until it has ended, stop it, or name another directory with --data-dir.`
    : `Cannot write ${file} (${code}): check the disk, its free space and the permissions.`;
  return new UserError(message, { cause: error });
}
