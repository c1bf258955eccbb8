import type { Command } from 'commander';
import { describe } from '../reference/describe.ts';
import { manPage } from '../reference/man.ts';

/** `webinterview man`: the man page, to be shown or installed. */
export function man(program: Command): void {
  process.stdout.write(manPage(describe(program), program.version() ?? ''));
}
