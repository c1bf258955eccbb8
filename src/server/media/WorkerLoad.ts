/**
 * Of a core, what a two-person interview at 640x360 takes of a worker (docs/benchmarks.md, interviews). It stands for calls
 * that are not in the last measurement yet.
 */
const CALL_SHARE = 0.01;

/** Of a core: above this share packets begin to wait for each other, so that every call on the worker would stumble. */
export const FULL_SHARE = 0.85;

/** What a media worker carries: the share of its core that it was measured to use, and what is still to come. */
export class WorkerLoad {
  /** Rooms that are open there. */
  rooms = 0;
  /** Rooms of those in which people talk. */
  #calls = 0;
  /** Calls that began since the last measurement. */
  #begun = 0;
  #busy = 0;
  #last: { cpuMs: number; at: number } | null = null;

  /** @param cpuMs the CPU time that the worker has used so far; `at` in milliseconds of a clock that only grows */
  measured(cpuMs: number, at: number): void {
    if (this.#last && at > this.#last.at) {
      this.#busy = (cpuMs - this.#last.cpuMs) / (at - this.#last.at);
      this.#begun = 0;
    }
    this.#last = { cpuMs, at };
  }

  callBegan(): void {
    this.#calls++;
    this.#begun++;
  }

  callEnded(): void {
    this.#calls--;
  }

  /** With the calls of those rooms as well where nobody talks yet: by it a new room chooses its worker. */
  get expected(): number {
    return this.#now + CALL_SHARE * (this.rooms - this.#calls);
  }

  /** Whether one more call would make all others stumble. */
  get isFull(): boolean {
    return this.#now >= FULL_SHARE;
  }

  get #now(): number {
    return this.#busy + CALL_SHARE * this.#begun;
  }
}
