import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { writeReport } from '../bench/report.ts';
import { temporaryFolder } from '../helpers/store.ts';

const [first, second] = ['first', 'second'].map((name) => ({
  name,
  title: name,
  about: `About ${name}.`,
})) as [{ name: string; title: string; about: string }, { name: string; title: string; about: string }];
const figure = (value: number) => ({
  what: 'time',
  unit: 'ms',
  values: [value],
  goal: 'at most 10 ms',
  limit: 10,
});

test('a part that is measured anew takes the place of its earlier figures, and all others stay', async (t) => {
  const file = join(await temporaryFolder(t), 'benchmarks.md');
  await writeReport(file, [first, second], second, [figure(7)]);
  await writeReport(file, [first, second], first, [figure(11)]);
  const both = await readFile(file, 'utf8');
  t.regex(
    both,
    /^# Benchmarks\n[\s\S]*## first \(`first`\)[\s\S]*\| 11\.0 ms \|[\s\S]*## second \(`second`\)[\s\S]*\| 7\.0 ms \|/,
  );
  const again = await writeReport(file, [first, second], first, [figure(5)]);
  t.regex(again, /\| time \| 5\.0 ms \| at most 10 ms \| yes \|/);
  const after = await readFile(file, 'utf8');
  t.notRegex(after, /11\.0/);
  t.is(after.slice(after.indexOf('## second')), both.slice(both.indexOf('## second')));
});
