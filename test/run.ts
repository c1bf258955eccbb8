/**
 * `node test/run.ts [FILE…]`: runs all tests, or those files. Unit and integration tests come two files at a time on two cores; a
 * browser test has two browsers in a call already, so those come one by one. The last line is `N passed, N failed`.
 */
import { globSync } from 'node:fs';
import { relative } from 'node:path';
import { reportOf } from './runner/report.ts';
import { isFailed, runStages } from './runner/run.ts';

const cwd = process.cwd();
const wanted = process.argv.slice(2).map((file) => relative(cwd, file));
const missing = wanted.filter(
  (file) =>
    !/^test\/(unit|integration|e2e)\/.*\.test\.ts$/.test(file) || globSync(file, { cwd }).length !== 1,
);
if (missing.length > 0) {
  console.error(`No test file: ${missing.join(', ')}. They are test/{unit,integration,e2e}/NAME.test.ts.`);
  process.exit(2);
}

const filesOf = (pattern: string) => {
  const all = globSync(`${pattern}/**/*.test.ts`, { cwd }).sort();
  return wanted.length > 0 ? all.filter((file) => wanted.includes(file)) : all;
};
const stages = [
  { files: filesOf('test/integration'), atOnce: 2 },
  { files: filesOf('test/unit'), atOnce: 2 },
  { files: filesOf('test/e2e'), atOnce: 1 },
];

const stopped = new AbortController();
for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => stopped.abort());

const run = await runStages(stages, { cwd, print: console.log, signal: stopped.signal });
console.log(reportOf(run));
process.exitCode = run.results.length === 0 || run.results.some(isFailed) || stopped.signal.aborted ? 1 : 0;
