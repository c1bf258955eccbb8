/** The machine itself: Node, cores, memory, disk. */
import { readFile, statfs } from 'node:fs/promises';
import { availableParallelism, freemem, totalmem } from 'node:os';
import { dirname } from 'node:path';
import type { Config } from '../../server/config.ts';
import { type Check, ng, type Outcome, ok, warning } from './types.ts';

/** As in package.json's engines. */
const OLDEST_NODE = [22, 20] as const;
const MIB = 1024 * 1024;
/** Node and its workers take about 150 MB, and each room some more (docs/benchmarks.md). */
const MEMORY = { least: 256 * MIB, enough: 768 * MIB };
const DISK = { least: 100 * MIB, enough: 1024 * MIB };

/** The Node that runs this very command. */
export const nodeCheck: Check = {
  id: 'node',
  label: 'Node.js',
  run: async () => nodeOutcome(process.versions.node),
};

/** Whether this Node is new enough. */
export function nodeOutcome(version: string): Outcome {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [least, leastMinor] = OLDEST_NODE;
  if (major > least || (major === least && minor >= leastMinor)) return ok(version);
  return ng(version, `Install Node.js ${OLDEST_NODE.join('.')} or newer.`);
}

/** Whether the media workers have a core each. */
export const cpuCheck = (config: Config): Check => ({
  id: 'cpu',
  label: 'CPU',
  run: async () => cpuOutcome(availableParallelism(), config.media.workers),
});

/** As cpuCheck, of these figures. */
export function cpuOutcome(cores: number, workers: number): Outcome {
  const text = `${count(cores, 'core')}, ${count(workers, 'media worker')}`;
  if (workers > cores)
    return warning(text, 'More workers than cores only take turns: set media.workers to null, or to fewer.');
  if (cores < 2) return warning(text, 'One core carries a few interviews at once; give it two for more.');
  return ok(text);
}

/** What is free now, with what can be freed. */
export const memoryCheck: Check = {
  id: 'memory',
  label: 'Memory',
  run: async () => memoryOutcome(await availableMemory(), totalmem()),
};

/** Of bytes. */
export function memoryOutcome(available: number, total: number): Outcome {
  const text = `${size(available)} of ${size(total)} free`;
  if (available < MEMORY.least) return ng(text, 'Stop other programs, or give the machine more memory.');
  if (available < MEMORY.enough)
    return warning(text, 'Enough for a few rooms; stop other programs for more.');
  return ok(text);
}

/** What can be had without swapping, where the system says so; what caches hold counts as free. */
async function availableMemory(): Promise<number> {
  const text = await readFile('/proc/meminfo', 'utf8').catch(() => '');
  const kilobytes = /^MemAvailable:\s+(\d+) kB/m.exec(text)?.[1];
  return kilobytes ? Number(kilobytes) * 1024 : freemem();
}

/** Whether the data directory has space left. */
export const diskCheck = (config: Config): Check => ({
  id: 'disk',
  label: 'Disk',
  async run() {
    const { bavail, bsize } = await statfsOf(config.dataDir);
    return diskOutcome(bavail * bsize, config.dataDir);
  },
});

/** Of bytes. */
export function diskOutcome(free: number, folder: string): Outcome {
  const text = `${size(free)} free for ${folder}`;
  if (free < DISK.least)
    return ng(text, 'Make room: without it nothing can be stored, and calls lose their records.');
  if (free < DISK.enough) return warning(text, 'Make room soon: files of the chat take up to 200 MB a room.');
  return ok(text);
}

/** Of the folder, or of what it will be made in. */
async function statfsOf(folder: string): Promise<{ bavail: number; bsize: number }> {
  try {
    return await statfs(folder);
  } catch (error) {
    const above = dirname(folder);
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || above === folder) throw error;
    return statfsOf(above);
  }
}

const count = (number: number, what: string) => `${number} ${what}${number === 1 ? '' : 's'}`;

const size = (bytes: number) =>
  bytes < 10 * 1024 * MIB ? `${Math.round(bytes / MIB)} MB` : `${Math.round(bytes / 1024 / MIB)} GB`;
