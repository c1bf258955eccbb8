/** Calls back after so many milliseconds, unless the returned function takes that back. */
export type Timer = { after(ms: number, callback: () => void): () => void };

export const realTimer: Timer = {
  after(ms, callback) {
    const timer = setTimeout(callback, ms);
    return () => clearTimeout(timer);
  },
};
