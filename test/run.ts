/**
 * `node test/run.ts [--endurance] [FILE or FOLDER…]`: runs the everyday tests, or those of endurance, or those named. Unit and integration tests
 * come two files at a time on two cores; a browser test has two browsers in a call already, and a test of endurance wants a quiet
 * machine, so those come one by one. The last line is `N passed, N failed`.
 */
import { globSync } from 'node:fs';
import { relative } from 'node:path';
import { parseArgs } from 'node:util';
import { reportOf } from './runner/report.ts';
import { isFailed, runStages } from './runner/run.ts';

const everyday = [
  { folder: 'test/integration', atOnce: 2 },
  { folder: 'test/unit', atOnce: 2 },
  { folder: 'test/e2e', atOnce: 1 },
];
const endurance = [{ folder: 'test/endurance', atOnce: 1 }];

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
const stages = tier.map(({ folder, atOnce }) => ({ files: filesIn(folder).filter(isWanted), atOnce }));

const stopped = new AbortController();
for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => stopped.abort());

const run = await runStages(stages, { cwd, print: console.log, signal: stopped.signal });
console.log(reportOf(run));
process.exitCode = run.results.length === 0 || run.results.some(isFailed) || stopped.signal.aborted ? 1 : 0;
