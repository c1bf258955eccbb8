/** The command line: runs what program.ts defines, and reports what went wrong. */
import { constants } from 'node:os';
import { type Command, CommanderError } from 'commander';
import { reportError } from './output/print.ts';
import { watchStandardStreams } from './output/standardStreams.ts';
import { build } from './program.ts';

async function main(args: string[]): Promise<void> {
  const program = build();
  const how = {
    json: args.includes('--json'),
    verbose: args.includes('--verbose'),
    command: commandOf(program, args),
  };
  watchStandardStreams((error) => {
    process.exitCode = reportError(error, how);
  });
  try {
    await program
      .hook('preAction', (_, command) => {
        // It has people to say goodbye to.
        if (command.name() !== 'serve') endAtSignals();
      })
      .parseAsync(args, { from: 'user' });
  } catch (error) {
    // Help and version come as errors too, with exit code 0.
    if (error instanceof CommanderError && error.exitCode === 0) return;
    process.exitCode = reportError(error, how);
  }
}

/** The command that the first words are, as it is typed; where they are none, what comes before them. */
function commandOf(program: Command, args: string[]): string {
  const words = [program.name()];
  let command = program;
  for (const arg of args) {
    const next = command.commands.find((child) => child.name() === arg);
    if (!next) break;
    command = next;
    words.push(arg);
  }
  return words.join(' ');
}

/** A signal alone would end the process without its last words: a terminal as it was, and no drafts left behind. */
function endAtSignals(): void {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.once(signal, () => process.exit(128 + constants.signals[signal]));
}

await main(process.argv.slice(2));
