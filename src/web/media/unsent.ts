/** What is to be sent and cannot be: tried again, and told of once trying again has not helped. */
import { type ReadonlySignal, signal } from '@preact/signals';
import { type SentSource, sentSources } from '../../protocol/sources.ts';

export type Unsent = {
  /** What has failed at least twice in a row. */
  readonly sources: ReadonlySignal<readonly SentSource[]>;
  /** @param isBroken nothing more can be produced on this transport: everything is to be made anew */
  failed(source: SentSource, isBroken: boolean): void;
  /** It is sent, or is not to be sent any more. */
  settled(source: SentSource): void;
  /** At once, and as often as from the first. */
  tryAgain(): void;
  /** Nothing is to be sent. */
  clear(): void;
};

const doubling = (retries: number) => Math.min(8_000, 500 * 2 ** retries);

/** To make everything anew also interrupts what is sent and received: a camera that fails for ever must not cost the voice. */
const MOST_REBUILDS = 4;

/**
 * @param retry sends again what is to be sent, by transports made anew if those in use are broken
 * @param waitMs milliseconds until the next attempt after so many
 */
export function createUnsent(retry: (isBroken: boolean) => void, waitMs = doubling): Unsent {
  const sources = signal<readonly SentSource[]>([]);
  const failing = new Set<SentSource>();
  let retries = 0;
  let rebuilds = 0;
  let isBroken = false;
  let timer: ReturnType<typeof setTimeout> | undefined;

  function tell(): void {
    const told = retries > 0 ? sentSources.filter((source) => failing.has(source)) : [];
    if (told.join() !== sources.peek().join()) sources.value = told;
  }

  function attempt(): void {
    stopWaiting();
    const wasBroken = isBroken;
    isBroken = false;
    retries++;
    if (wasBroken) rebuilds++;
    retry(wasBroken);
  }

  function stopWaiting(): void {
    clearTimeout(timer);
    timer = undefined;
  }

  function startAnew(): void {
    stopWaiting();
    retries = 0;
    rebuilds = 0;
  }

  return {
    sources,
    failed(source, broken) {
      failing.add(source);
      isBroken ||= broken;
      tell();
      if (isBroken && rebuilds === MOST_REBUILDS) return stopWaiting();
      timer ??= setTimeout(attempt, waitMs(retries));
    },
    settled(source) {
      if (!failing.delete(source)) return;
      if (failing.size === 0) startAnew();
      tell();
    },
    tryAgain() {
      if (failing.size === 0) return;
      startAnew();
      attempt();
    },
    clear() {
      failing.clear();
      startAnew();
      isBroken = false;
      tell();
    },
  };
}
