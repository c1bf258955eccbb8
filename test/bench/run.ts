/**
 * `npm run bench`: measures, prints, and writes docs/benchmarks.md; `npm run bench -- NAME...` measures these parts alone
 * and leaves the others' figures as they were. `npm run bench -- --against REV [NAME...]` measures another revision too, by turns,
 * prints both, and writes nothing. Nothing here passes or fails a test.
 */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { measureAgainst } from './against.ts';
import { inContext } from './context.ts';
import { parts } from './parts.ts';
import { writeReport } from './report.ts';

const file = join(import.meta.dirname, '../../docs/benchmarks.md');
const { values, positionals: names } = parseArgs({
  allowPositionals: true,
  options: { against: { type: 'string' } },
});
const unknown = names.filter((name) => !parts.some((part) => part.name === name));
if (unknown.length > 0) {
  console.error(`There is no part ${unknown.join(', ')}: ${parts.map(({ name }) => name).join(', ')}`);
  process.exit(2);
}
const chosen = parts.filter(({ name }) => names.length === 0 || names.includes(name));
if (values.against) await measureAgainst(values.against, chosen);
else await measureAlone();

async function measureAlone(): Promise<void> {
  for (const part of chosen) {
    console.error(`${part.name} ...`);
    const { measure, ...section } = part;
    console.log(await writeReport(file, parts, section, await inContext(measure)));
  }
}
