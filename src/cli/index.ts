/** The command line: runs what program.ts defines, and reports what went wrong. */
import { CommanderError } from 'commander';
import { reportError } from './output.ts';
import { build } from './program.ts';

async function main(args: string[]): Promise<void> {
  const json = args.includes('--json');
  try {
    await build().parseAsync(args, { from: 'user' });
  } catch (error) {
    // Help and version come as errors too, with exit code 0.
    if (error instanceof CommanderError && error.exitCode === 0) return;
    process.exitCode = reportError(error, { json, verbose: args.includes('--verbose') });
  }
}

// A reader that has gone (`| head`) is no error of ours.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});
await main(process.argv.slice(2));
