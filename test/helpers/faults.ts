import type { ExecutionContext } from 'ava';

/**
 * Collects what went wrong where no one waits for it (a server's log, a page's console) and fails the test with
 * it at its end: an assertion that throws inside an event handler would change what is being tested.
 */
export function collectFaults(t: ExecutionContext) {
  const faults: string[] = [];
  const collector = {
    /** Faults that match this are part of the test. */
    expected: null as RegExp | null,
    add(fault: unknown): void {
      const text = fault instanceof Error ? (fault.stack ?? fault.message) : String(fault);
      if (!collector.expected?.test(text)) faults.push(text);
    },
  };
  t.teardown(() => {
    if (faults.length > 0) throw new Error(`unexpected faults:\n${faults.join('\n')}`);
  });
  return collector;
}
