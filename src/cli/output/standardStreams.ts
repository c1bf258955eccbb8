/** What becomes of a command whose words cannot be written, e.g. into a file on a full disk. */
import { writeSync } from 'node:fs';
import { UserError } from '../../server/errors.ts';

const reasons: Record<string, string> = {
  ENOSPC: 'no space left on the device',
  EDQUOT: 'the quota of the disk is used up',
  EFBIG: 'the file would be too large',
  EIO: 'an input/output error',
};

/**
 * From now on `tell` hears, once, why standard output cannot be written, and the command goes on: what it does is not to be
 * left half done. Of standard error there is nobody to tell; the exit code is 1 then. A reader that has gone (`| head`) is
 * no error.
 */
export function watchStandardStreams(tell: (error: UserError) => void): void {
  let isTold = false;
  writeAll(process.stdout);
  writeAll(process.stderr);
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE' || isTold) return;
    isTold = true;
    tell(outputError(error));
  });
  process.stderr.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') process.exitCode = 1;
  });
}

function outputError(error: NodeJS.ErrnoException): UserError {
  const reason = reasons[error.code ?? ''] ?? error.code ?? error.message;
  return new UserError(
    `Could not write to the standard output: ${reason}; free some space, or send it elsewhere.`,
    {
      cause: error,
    },
  );
}

/** Where it is a file, Node's own stream loses in silence what the disk does not take of the last piece. */
function writeAll(stream: NodeJS.WriteStream & { fd: number; _type?: string }): void {
  if (stream._type !== 'fs') return;
  stream._write = (piece: Buffer, _, done) => {
    try {
      for (let at = 0; at < piece.length; ) at += writeSync(stream.fd, piece, at);
    } catch (error) {
      done(error as Error);
      return;
    }
    done();
  };
}
