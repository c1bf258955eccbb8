import { type FileOptions, type FileResult, runFile } from './file.ts';

/** A test file, and what it takes of the machine while it runs. */
export type Job = { file: string; weight: number };

/** With `signal` to end the whole run. */
export type RunOptions = FileOptions & {
  /** The weight of the files that run side by side, at most. */
  capacity: number;
  /** Where the report goes, line by line. */
  print: (text: string) => void;
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
 * Runs the files, each as soon as there is room for it. A file that failed is run once more, alone, when all others are through: where it passes then,
 * a race was lost. That is a fault too, but none that tells anything of the change that is being tested.
 */
export async function runAll(jobs: Job[], options: RunOptions): Promise<RunResult> {
  const results = await runSideBySide(jobs, options);
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

async function runSideBySide(jobs: Job[], options: RunOptions): Promise<FileResult[]> {
  const waiting = [...jobs];
  const running = new Set<Promise<void>>();
  const results: FileResult[] = [];
  let room = options.capacity;
  const run = async ({ file, weight }: Job) => {
    room -= weight;
    results.push(await runAndPrint(file, options));
    room += weight;
  };
  const startThoseThatFit = () => {
    for (const job of [...waiting]) {
      if (job.weight > room || options.signal.aborted) continue;
      waiting.splice(waiting.indexOf(job), 1);
      const end = run(job).finally(() => running.delete(end));
      running.add(end);
    }
  };
  for (startThoseThatFit(); running.size > 0; startThoseThatFit()) await Promise.race(running);
  return results;
}

async function runAndPrint(file: string, { print, ...options }: RunOptions): Promise<FileResult> {
  const result = await runFile(file, options);
  print(`\n${file} (${result.seconds.toFixed(1)} s)\n${result.output.replace(/^\s*\n|\s+$/g, '')}`);
  return result;
}
