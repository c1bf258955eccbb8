import { execFileSync } from 'node:child_process';
import { cpus, totalmem } from 'node:os';
import { median } from './statistics.ts';

/**
 * One line of docs/benchmarks.md. `values` are the runs, in the order in which they were made; their median is to be
 * at most `limit`, or at least `least`.
 */
export type Figure = {
  what: string;
  unit: string;
  values: number[];
  goal: string;
  limit?: number;
  least?: number;
};

export const shown = (value: number) => (value >= 100 ? value.toFixed(0) : value.toFixed(1));

/** The machine, for the reader who compares. */
export function machine(): string {
  const [cpu] = cpus();
  const gib = (totalmem() / 1024 ** 3).toFixed(0);
  const chromium = execFileSync('chromium', ['--version', '--no-sandbox'], { encoding: 'utf8' }).trim();
  return `${cpu?.model ?? 'unknown CPU'}, ${cpus().length} cores, ${gib} GiB; Node ${process.version}; ${chromium}`;
}

/** The figures as a table of Markdown. */
export function table(figures: Figure[]): string {
  const rows = figures.map((figure) => {
    const { what, unit, values, goal } = figure;
    const middle = median(values);
    const met = isMet(figure, middle);
    const all = values.length > 1 ? values.map(shown).join(', ') : '';
    return `| ${what} | ${shown(middle)} ${unit} | ${goal} | ${met} | ${all} |`;
  });
  return ['| what | measured (median) | goal | met | runs |', '|---|---|---|---|---|', ...rows].join('\n');
}

function isMet({ limit, least }: Figure, middle: number): string {
  if (limit === undefined && least === undefined) return '';
  return middle <= (limit ?? Number.POSITIVE_INFINITY) && middle >= (least ?? 0) ? 'yes' : '**no**';
}
