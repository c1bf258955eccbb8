import type { ExecutionContext } from 'ava';
import type { TestServer } from './server.ts';
import { openTerminal, shellHome } from './shell.ts';

/** `top` in a terminal; `goesOn`: the clock of who asks does; `leaves`: by q, with nothing of it left on the screen. */
export const openTop = async (t: ExecutionContext, { config }: Pick<TestServer, 'config'>) => {
  const { folder, env } = await shellHome(t);
  const settings = { WEBINTERVIEW_DATABASE_URL: config.database.url ?? '' };
  const home = { folder, env: { ...env, ...settings } };
  const top = ['webinterview', 'top', '--data-dir', config.dataDir];
  const terminal = openTerminal(t, home, ['sh', '-c', '"$@"; echo "left with $?"', 'sh', ...top]);
  return {
    ...terminal,
    async goesOn() {
      const clock = / 1 for (\S+) /.exec(await terminal.shows(/ 1 for \S+ /))?.[1];
      // To its last line, so that all of it is there.
      return terminal.shows(new RegExp(` 1 for (?!${clock} )\\S+ [\\s\\S]* q quit$`));
    },
    async leaves() {
      terminal.type('q');
      t.is((await terminal.shows(/^left with/m)).trim(), 'left with 0');
      // The cursor is seen again.
      const written = terminal.written();
      t.true(written.lastIndexOf('\u001B[?25h') > written.lastIndexOf('\u001B[?25l'));
    },
  };
};

/** How many lines of a screen are like this. */
export const named = (screen: string, pattern: RegExp) =>
  screen.split('\n').filter((line) => pattern.test(line)).length;
