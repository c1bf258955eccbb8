import type { FileResult } from './file.ts';
import { isFailed, type RunResult } from './run.ts';

const SLOWEST = 10;

/** What a run ends with: the slowest files, what failed, what was unstable, and as the last line the totals. */
export function reportOf({ results, unstable }: RunResult): string {
  const slowest = [...results].sort((a, b) => b.seconds - a.seconds).slice(0, SLOWEST);
  const total = (key: 'passed' | 'failed') => results.reduce((sum, result) => sum + result[key], 0);
  return [
    '\nthe slowest files:',
    ...slowest.map(({ file, seconds }) => `${seconds.toFixed(1).padStart(7)} s  ${file}`),
    '',
    ...results.filter(isFailed).flatMap((result) => named('failed', result)),
    ...unstable.flatMap((result) => named('unstable', result)),
    `${total('passed')} passed, ${total('failed')} failed`,
  ].join('\n');
}

const named = (what: string, { file, failures, kept }: FileResult) => [
  ...failures.map((title) => `${what}: ${file} › ${title}`),
  ...(kept ? [`    kept: ${kept}`] : []),
];
