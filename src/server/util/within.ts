import type { Timer } from './timer.ts';

/** What comes of `promise`; `otherwise` where it fails, or has not come after `ms` milliseconds. */
export function within<T, O>(timer: Timer, ms: number, promise: Promise<T>, otherwise: O): Promise<T | O> {
  return new Promise((resolve) => {
    const forget = timer.after(ms, () => resolve(otherwise));
    const settle = (value: T | O) => {
      forget();
      resolve(value);
    };
    promise.then(settle, () => settle(otherwise));
  });
}
