/**
 * What there is on the command line. Each command's work is imported when it runs, so that `--help` answers at
 * once; and nothing runs here, so that the man page, the completions and the reference are made from it.
 */
import { Command } from 'commander';
import { packageVersion } from '../server/packageRoot.ts';
import type { ServeOptions } from './commands/serve.ts';
import type { CommonOptions } from './context.ts';
import { defaults } from './defaults.ts';
import { common, examples, optionDescription, usual } from './define.ts';
import { addAudit } from './definitions/audit.ts';
import { addCheck } from './definitions/check.ts';
import { addExport } from './definitions/export.ts';
import { addInvite } from './definitions/invite.ts';
import { addKey } from './definitions/key.ts';
import { addRecords } from './definitions/records.ts';
import { addReference } from './definitions/reference.ts';
import { addRoom } from './definitions/room.ts';
import { addStatus } from './definitions/status.ts';
import { addWebhook } from './definitions/webhook.ts';

/** All commands, options and their help. Parsing with it runs a command. */
export function build(): Command {
  const program = new Command('webinterview')
    .description('Self-hosted web-interview server: rooms, time-limited links, calls, records.')
    .version(packageVersion())
    .exitOverride()
    .configureHelp({ optionDescription })
    // What commander would write about wrong usage is reported by index.ts, once and in one line.
    .configureOutput({ outputError: () => undefined })
    .addHelpText(
      'after',
      examples(['serve --demo', 'room create --name 9110-1-to --duration 60m', 'export chat 9110-1-to']),
    );
  addServe(program);
  addRoom(program);
  addStatus(program);
  addInvite(program);
  addExport(program);
  addCheck(program);
  addRecords(program);
  addKey(program);
  addAudit(program);
  addWebhook(program);
  addSetup(program);
  addReference(program);
  return program;
}

function addServe(program: Command): void {
  common(program.command('serve'))
    .description('start the server; SIGTERM or Ctrl+C stops it')
    .addOption(usual('--host <address>', 'address to listen on', defaults.host))
    .addOption(usual('--port <number>', 'port to listen on; 0 for any free one', defaults.port))
    .option('--demo', 'make a room to try, and print its links')
    .addHelpText(
      'after',
      examples(['serve', 'serve --demo', 'serve --port 8080 --data-dir /srv/interviews', 'serve --json']),
    )
    .action(async (options: ServeOptions) => (await import('./commands/serve.ts')).serve(options));
}

function addSetup(program: Command): void {
  common(program.command('setup'))
    .description("bring what the server needs beside npm's packages: mediasoup's worker")
    .addHelpText('after', examples(['setup']))
    .action(async (options: CommonOptions) => (await import('./commands/setup.ts')).setup(options));
}
