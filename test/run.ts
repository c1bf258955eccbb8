/**
 * `node test/run.ts [--endurance] [FILE or FOLDER…]`: runs the everyday tests, or those of endurance, or those named. The last line is
 * `N passed, N failed`.
 */
import { globSync, readFileSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import { parseArgs } from 'node:util';
import { PORT_OF_RUN, startMariadb } from './helpers/mariadb.ts';
import { reportOf } from './runner/report.ts';
import { isFailed, runAll } from './runner/run.ts';

/** Of two cores: what runs side by side on them, by its weight. Most tests wait now and then, for a disk, a process or a clock. */
const CAPACITY = 3;

/** malloc takes memory in large steps and keeps it. On some virtual machines a new page of it takes 15 us: so the tests take 7 % less there. */
const MALLOC = ['hugetlb=1', 'top_pad=67108864', 'mmap_threshold=1073741824', 'trim_threshold=1073741824']
  .map((setting) => `glibc.malloc.${setting}`)
  .join(':');

// A browser test has two browsers in a call, so there is never more than one of them; what is lighter is fitted in beside it.
const everyday = [
  { folder: 'test/e2e', weight: 2 },
  { folder: 'test/integration', weight: 1 },
  { folder: 'test/unit', weight: 1 },
];
// These want a quiet machine.
const endurance = [{ folder: 'test/endurance', weight: CAPACITY }];

const cwd = process.cwd();
const { values, positionals } = parseArgs({
  options: { endurance: { type: 'boolean', default: false } },
  allowPositionals: true,
});
const filesIn = (folder: string) => globSync(`${folder}/**/*.test.ts`, { cwd }).sort();
const wanted = positionals.map((file) => relative(cwd, file));
const known = [...everyday, ...endurance].flatMap(({ folder }) => filesIn(folder));
const isNamed = (file: string, name: string) => file === name || file.startsWith(`${name}/`);
const missing = wanted.filter((name) => !known.some((file) => isNamed(file, name)));
if (missing.length > 0) {
  console.error(
    `No test file: ${missing.join(', ')}. They are test/{unit,integration,e2e,endurance}/NAME.test.ts.`,
  );
  process.exit(2);
}

const tier = wanted.length > 0 ? [...everyday, ...endurance] : values.endurance ? endurance : everyday;
const isWanted = (file: string) => wanted.length === 0 || wanted.some((name) => isNamed(file, name));
const jobs = tier.flatMap(({ folder, weight }) =>
  filesIn(folder)
    .filter(isWanted)
    .map((file) => ({ file, weight })),
);

const stopped = new AbortController();
for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => stopped.abort());

// One for all files that ask for it (helpers/databases.ts); a file alone starts its own.
const sharing = jobs.filter(({ file }) => usesMariadb(file));
const mariadb = sharing.length > 1 ? await startMariadb() : null;
const env = {
  ...process.env,
  // Each file is a process of its own, which compiles all that it loads; with this, only the first.
  NODE_COMPILE_CACHE: join(cwd, 'node_modules/.cache/node'),
  GLIBC_TUNABLES: MALLOC,
  ...(mariadb && { [PORT_OF_RUN]: String(mariadb.port) }),
};

const kept = 'test/kept';
rmSync(join(cwd, kept), { recursive: true, force: true });
const signal = stopped.signal;
const run = await runAll(jobs, { capacity: CAPACITY, cwd, env, kept, print: console.log, signal });
await mariadb?.stop();
console.log(reportOf(run));
process.exitCode = run.results.length === 0 || run.results.some(isFailed) || signal.aborted ? 1 : 0;

function usesMariadb(file: string): boolean {
  return readFileSync(join(cwd, file), 'utf8').includes('/helpers/databases.ts');
}
