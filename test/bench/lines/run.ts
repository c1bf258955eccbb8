/** `npm run bench:lines [-- NAME...]`: measures a call over bad lines, all or those named, and writes docs/lines.md. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { machine } from '../figures.ts';
import { conditions, heading, measure } from '../lines.ts';

const file = join(import.meta.dirname, '../../../docs/lines.md');
/** The table is between these two. */
const [start, end] = ['<!-- lines: begin -->', '<!-- lines: end -->'];

const names = process.argv.slice(2);
for (const name of names.length > 0 ? names : Object.keys(conditions)) {
  console.error(`${name} ...`);
  const rows = (await measure(name)).map((cells) => `| ${cells.join(' | ')} |`);
  console.log(rows.join('\n'));
  // Each as soon as it is there: a run of all takes a quarter of an hour.
  await writeFile(file, put(await readFile(file, 'utf8'), rows));
}

/** Puts the rows in place of those that there were, in the order of the conditions. */
function put(text: string, made: string[]): string {
  const [before = '', rest = ''] = text.split(start);
  const [table = '', after = ''] = rest.split(end);
  const earlier = table.split('\n').filter((line) => line.startsWith('| '));
  const rows = new Map([...earlier, ...made].map((line) => [titleOf(line), line]));
  const ordered = Object.values(conditions).flatMap(({ what }) =>
    ['up', 'down'].flatMap((direction) => rows.get(`${what}, ${direction}`) ?? []),
  );
  const head = [`| ${heading.join(' | ')} |`, `|${' --- |'.repeat(heading.length)}`];
  const date = new Date().toISOString().slice(0, 10);
  const whole = [`Measured on ${date}: ${machine()}.`, '', ...head, ...ordered].join('\n');
  return `${before}${start}\n${whole}\n${end}${after}`;
}

function titleOf(line: string): string {
  const [, what = '', direction = ''] = line.split('|').map((cell) => cell.trim());
  return `${what}, ${direction}`;
}
