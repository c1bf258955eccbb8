/** Runs tasks in the order in which they came, so many at once. */
export function createLanes(most: number) {
  const waiting: (() => void)[] = [];
  let free = most;
  return async function run<T>(task: () => Promise<T>): Promise<T> {
    if (free > 0) free--;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      return await task();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else free++;
    }
  };
}
