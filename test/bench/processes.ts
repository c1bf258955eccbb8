/** What Linux says about processes. */
import { readdirSync, readFileSync } from 'node:fs';

/** The process and all its descendants. */
export function family(pid: number): number[] {
  return [pid, ...childrenOf(pid).flatMap(family)];
}

function childrenOf(pid: number): number[] {
  try {
    return readdirSync(`/proc/${pid}/task`).flatMap((thread) =>
      readFileSync(`/proc/${pid}/task/${thread}/children`, 'utf8').split(' ').filter(Boolean).map(Number),
    );
  } catch {
    return [];
  }
}

/** CPU time spent so far, in clock ticks (10 ms); proc(5): fields 14 and 15, counted after the name's `)`. */
export function cpuTicks(pid: number): number {
  const fields = afterName(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  return Number(fields[11]) + Number(fields[12]);
}

const afterName = (stat: string) => stat.slice(stat.lastIndexOf(')') + 2).split(' ');

/** Resident memory in MB, pages shared with other processes included. */
export function residentMb(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) / 1000;
}

/** The name of the program. */
export const nameOf = (pid: number) => readFileSync(`/proc/${pid}/comm`, 'utf8').trim();
