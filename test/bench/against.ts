import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inContext } from './context.ts';
import { type Figure, machine, shown } from './figures.ts';
import type { Part } from './parts.ts';
import { median } from './statistics.ts';

const root = join(import.meta.dirname, '../..');
/** How often each revision is measured, by turns: what the machine does meanwhile meets both. */
const TURNS = 3;

/**
 * Builds another revision and measures both by turns with the code of this one; prints a table for each part.
 * @param revision as git names it
 * @throws {Error} there is no such revision, or it cannot be built
 */
export async function measureAgainst(revision: string, parts: Part[]): Promise<void> {
  const commit = git('rev-parse', '--short', '--verify', `${revision}^{commit}`);
  const folder = await mkdtemp(join(tmpdir(), 'webinterview-bench-'));
  try {
    const executable = await build(commit, folder);
    for (const part of parts) {
      console.error(`${part.name} ...`);
      const [theirs, ours] = await byTurns(part, executable);
      console.log(`## ${part.title} (\`${part.name}\`)\n\n${comparison(commit, theirs, ours)}\n`);
    }
    console.log(`${TURNS} turns each; ${machine()}.`);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function build(commit: string, folder: string): Promise<string> {
  console.error(`${commit} is built ...`);
  const archive = execFileSync('git', ['archive', commit], { cwd: root, maxBuffer: 2 ** 30 });
  execFileSync('tar', ['-x', '-C', folder], { input: archive });
  const run = (command: string, args: string[]) =>
    execFileSync(command, args, { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] });
  if (await hasSamePackages(folder)) await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));
  else run('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund']);
  run(process.execPath, ['bin/build.js']);
  return join(folder, 'bin/webinterview.js');
}

async function hasSamePackages(folder: string): Promise<boolean> {
  const [theirs, ours] = await Promise.all(
    [folder, root].map((each) => readFile(join(each, 'package-lock.json'), 'utf8')),
  );
  return theirs === ours;
}

/** The other's figures, and ours. */
async function byTurns({ measure }: Part, executable: string): Promise<[Figure[], Figure[]]> {
  const theirs: Figure[][] = [];
  const ours: Figure[][] = [];
  for (let turn = 0; turn < TURNS; turn++) {
    process.env.BENCH_EXECUTABLE = executable;
    theirs.push(await inContext(measure));
    delete process.env.BENCH_EXECUTABLE;
    ours.push(await inContext(measure));
  }
  return [together(theirs), together(ours)];
}

/** The runs of all turns in one list for each figure. */
function together(turns: Figure[][]): Figure[] {
  const [first = []] = turns;
  return first.map((figure, i) => ({ ...figure, values: turns.flatMap((turn) => turn[i]?.values ?? []) }));
}

function comparison(commit: string, theirs: Figure[], ours: Figure[]): string {
  const rows = ours.map(({ what, unit, values }, i) => {
    const [before, now] = [median(theirs[i]?.values ?? []), median(values)];
    const ratio = before === 0 ? '' : `${Math.round((now / before) * 100)} %`;
    return `| ${what} | ${shown(before)} ${unit} | ${shown(now)} ${unit} | ${ratio} |`;
  });
  return [`| what (median) | ${commit} | now | of it |`, '|---|---|---|---|', ...rows].join('\n');
}

const git = (...args: string[]) => execFileSync('git', args, { cwd: root, encoding: 'utf8' }).trim();
