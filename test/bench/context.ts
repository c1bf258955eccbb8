import type { ExecutionContext } from 'ava';

/** Runs `work` with what the test helpers want of ava: teardowns, newest first, whatever happens. */
export async function inContext<T>(work: (t: ExecutionContext) => Promise<T>): Promise<T> {
  const teardowns: (() => unknown)[] = [];
  const context = {
    title: 'bench',
    teardown: (action: () => unknown) => teardowns.unshift(action),
    log: console.error,
    passed: true,
  };
  try {
    return await work(context as unknown as ExecutionContext);
  } catch (error) {
    context.passed = false;
    throw error;
  } finally {
    for (const action of teardowns) await action();
  }
}
