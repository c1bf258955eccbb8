// The server of `npm run dev`: `serve`, run from the sources, with the page in .dev as it is at each moment.
import { CommanderError } from 'commander';
import { serve } from '../../src/cli/commands/serve.ts';
import { reportError } from '../../src/cli/output/print.ts';
import { build } from '../../src/cli/program.ts';
import { UserError } from '../../src/server/errors.ts';
import { web } from './folders.js';

const command = build().commands.find((each) => each.name() === 'serve');
command.action((options) => serve(options, { folder: web, isChanging: true }));
try {
  await command.parseAsync(process.argv.slice(2), { from: 'user' });
} catch (error) {
  const isOfUser = error instanceof UserError || error instanceof CommanderError;
  // Help comes as an error too.
  if (error.exitCode !== 0) process.exitCode = reportError(error, { json: false, verbose: !isOfUser });
}
