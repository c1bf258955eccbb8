/** docs/benchmarks.md: a section for each part, of the run in which it was measured last. */
import { readFile, writeFile } from 'node:fs/promises';
import { type Figure, machine, table } from './figures.ts';

export type Section = { name: string; title: string; about: string };

const HEAD = `# Benchmarks

Written by \`npm run bench\`, which measures everything, or by \`npm run bench -- NAME...\`, which measures these parts
alone: the name is in brackets. All is on one machine over loopback, the programs that measure as well, and the machine is
shared, so compare only figures of one run. The peer's figures came with the goals; they were not measured here. How:
\`test/bench/\`.
`;

/**
 * Puts the figures of one part in place of its earlier ones; the other parts' stay as they are, in the order of `all`.
 * @returns the section as it was written
 */
export async function writeReport(
  file: string,
  all: Section[],
  section: Section,
  figures: Figure[],
): Promise<string> {
  const sections = sectionsOf(await readFile(file, 'utf8').catch(() => ''));
  const text = render(section, figures);
  sections.set(section.name, text);
  const written = all.flatMap(({ name }) => sections.get(name) ?? []);
  await writeFile(file, [HEAD, ...written].join('\n'));
  return text;
}

function render({ name, title, about }: Section, figures: Figure[]): string {
  const date = new Date().toISOString().slice(0, 10);
  return `## ${title} (\`${name}\`)\n\n${about}\n\n${table(figures)}\n\n${date}, ${machine()}.\n`;
}

/** By the part's name: each section with its heading. */
function sectionsOf(report: string): Map<string, string> {
  const sections = report.split(/^(?=## )/m).slice(1);
  return new Map(
    sections.flatMap((text) => {
      const name = /^## .*\(`([\w-]+)`\)$/m.exec(text)?.[1];
      return name ? [[name, `${text.trimEnd()}\n`]] : [];
    }),
  );
}
