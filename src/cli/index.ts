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
    await assertPrintsElsewhere(args);
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

/**
 * Commands without a configuration print too: help, man page, completions. One that is wrong is theirs to be told who need it.
 * @throws {UserError} usage: standard output is one of the installation's own files
 */
async function assertPrintsElsewhere(args: string[]): Promise<void> {
  const own = await import('../server/ownFiles.ts');
  if (!own.printsIntoFile()) return;
  const { loadConfig } = await import('../server/config.ts');
  const given = (option: string) => givenIn(args, option);
  const configOrNull = () => {
    try {
      return loadConfig({ configFile: given('--config'), flags: { dataDir: given('--data-dir') } });
    } catch {
      return null;
    }
  };
  own.assertPrintsElsewhere(configOrNull());
}

/** As it is given in one word or two; of several the last holds. */
function givenIn(args: string[], option: string): string | undefined {
  const at = args.findLastIndex((arg) => arg === option || arg.startsWith(`${option}=`));
  if (at < 0) return undefined;
  return args[at] === option ? args[at + 1] : args[at]?.slice(option.length + 1);
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
