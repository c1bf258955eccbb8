import type { Store } from './Store.ts';

const TOUCH_MS = 30_000;
/** A stay that nobody vouched for during this time belonged to a server that died. */
const STALE_MS = 120_000;

/**
 * Vouches for this process's open stays every 30 s, and ends those of servers that died: at once and then
 * every time. Works with many servers on one database as long as their clocks agree within a minute.
 * @returns a function that stops it
 */
export function keepStays(
  store: Pick<Store, 'touchStays' | 'closeStaleStays'>,
  onError: (error: unknown) => void,
): () => void {
  let stopped = false;
  let timer: NodeJS.Timeout;
  const turn = async () => {
    try {
      const now = Date.now();
      await store.touchStays(new Date(now));
      await store.closeStaleStays(new Date(now - STALE_MS));
    } catch (error) {
      onError(error);
    }
    if (!stopped) timer = setTimeout(turn, TOUCH_MS).unref();
  };
  void turn();
  return () => {
    stopped = true;
    clearTimeout(timer);
  };
}
