import { build } from '../program.ts';
import { describe } from '../reference/describe.ts';
import { manPage } from '../reference/man.ts';

/** `webinterview man`: the man page, to be shown or installed. */
export function man(): void {
  const program = build();
  process.stdout.write(manPage(describe(program), program.version() ?? ''));
}
