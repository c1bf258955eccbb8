/** `npm run bench`: measures, prints, and writes docs/benchmarks.md. Nothing here passes or fails a test. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { background } from './background.ts';
import { call } from './call.ts';
import { inContext } from './context.ts';
import { type Figure, machine, table } from './figures.ts';
import { firstLoad } from './first-load.ts';
import { pageCpu } from './page-cpu.ts';
import { startup } from './startup.ts';

const file = join(import.meta.dirname, '../../docs/benchmarks.md');

const figures: Figure[] = [];
for (const measure of [startup, firstLoad, call, pageCpu, background]) {
  console.error(`${measure.name} ...`);
  figures.push(...(await inContext(measure)));
}
const report = `# Benchmarks

Measured by \`npm run bench\` on ${new Date().toISOString().slice(0, 10)}, all on one machine over loopback:
${machine()}. The machine is shared, so compare only figures of one run.

${table(figures)}

How: \`test/bench/\`. The peer's figures came with the goals; they were not measured here.
`;
await writeFile(file, report);
console.log(report);
