/** How much of a core something used between two readings of its CPU time. */
export class CpuMeter {
  #last: { cpuMs: number; at: number } | null = null;

  /** Milliseconds since the last reading; null before the first. */
  get age(): number | null {
    return this.#last && performance.now() - this.#last.at;
  }

  /** @param cpuMs the CPU time used so far; gives per cent of one core since the last reading, 0 at the first */
  percent(cpuMs: number): number {
    const at = performance.now();
    const last = this.#last;
    this.#last = { cpuMs, at };
    if (!last || at <= last.at) return 0;
    return Math.round((1000 * (cpuMs - last.cpuMs)) / (at - last.at)) / 10;
  }
}
