import { type FileResult, runFile } from './file.ts';

/** Files that are run side by side, so many at once. */
export type Stage = { files: string[]; atOnce: number };

export type RunOptions = {
  cwd: string;
  /** Where the report goes, line by line. */
  print: (text: string) => void;
  /** Ends the run. */
  signal: AbortSignal;
};

export type RunResult = {
  /** What each file came to in the end. */
  results: FileResult[];
  /** Files that failed, and passed when they were run again. */
  unstable: FileResult[];
};

/** More files than these fail for a reason, and are not run again. */
const MOST_REPEATED = 3;

/**
 * Runs the stages one after the other. A file that failed is run once more, alone, when all others are through: where it passes then,
 * a race was lost. That is a fault too, but none that tells anything of the change that is being tested.
 */
export async function runStages(stages: Stage[], options: RunOptions): Promise<RunResult> {
  const results: FileResult[] = [];
  for (const stage of stages) results.push(...(await runStage(stage, options)));
  const failed = results.filter(isFailed);
  const unstable: FileResult[] = [];
  if (failed.length > MOST_REPEATED || options.signal.aborted) return { results, unstable };
  for (const first of failed) {
    options.print(`\nonce more, alone: ${first.file}`);
    const second = await runAndPrint(first.file, options);
    if (isFailed(second)) continue;
    results[results.indexOf(first)] = second;
    unstable.push(first);
  }
  return { results, unstable };
}

export const isFailed = ({ failed }: FileResult) => failed > 0;

async function runStage({ files, atOnce }: Stage, options: RunOptions): Promise<FileResult[]> {
  const waiting = [...files];
  const results: FileResult[] = [];
  const work = async () => {
    for (let file = waiting.shift(); file && !options.signal.aborted; file = waiting.shift())
      results.push(await runAndPrint(file, options));
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return results;
}

async function runAndPrint(file: string, { print, ...options }: RunOptions): Promise<FileResult> {
  const result = await runFile(file, options);
  print(`\n${file} (${result.seconds.toFixed(1)} s)\n${result.output.replace(/^\s*\n|\s+$/g, '')}`);
  return result;
}
