import type { Clock } from './ports.ts';

/** What comes of `promise`; `otherwise` where it fails, or has not come after `ms` milliseconds. */
export function within<T, O>(clock: Clock, ms: number, promise: Promise<T>, otherwise: O): Promise<T | O> {
  return new Promise((resolve) => {
    const forget = clock.after(ms, () => resolve(otherwise));
    const settle = (value: T | O) => {
      forget();
      resolve(value);
    };
    promise.then(settle, () => settle(otherwise));
  });
}
