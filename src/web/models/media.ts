import { computed, effect, type ReadonlySignal, signal, untracked } from '@preact/signals';
import type { JoinResult } from '../../protocol/messages.ts';
import { sentSources } from '../../protocol/sources.ts';
import type { Connection } from '../connection/connection.ts';
import { RequestError } from '../connection/RequestError.ts';
import type { MediaSession, MediaSessionOptions, RemoteMedia } from '../media/session.ts';
import type { OwnModel } from './own.ts';

/** What the media session is made of, and when it is wanted. */
export type MediaOptions = {
  /** Loads the code of the media session, which no screen needs to be shown. */
  loadMedia(): Promise<(options: MediaSessionOptions) => MediaSession>;
  own: OwnModel;
  /** Whether it may be called for any moment: ready, it costs the server several times what a person who waits does. */
  needed: ReadonlySignal<boolean>;
  /** Milliseconds until the `attempt`th repetition of what failed; the first is 0. */
  retryMs?(attempt: number): number;
};

export type MediaModel = ReturnType<typeof createMedia>;

/** Milliseconds that the environment check waits for a session. */
const READY_MS = 15_000;

/** The media session of the connection in use: its code is loaded, and it is made, warmed and let go here. */
export function createMedia({ loadMedia, own, needed, retryMs = doubling }: MediaOptions) {
  const session = signal<MediaSession | null>(null);
  const failing = signal(false);
  let live = false;
  let stopWaiting = () => {};
  /** What was begun for another join than the newest is dropped. */
  let generation = 0;

  effect(() => session.value?.setLocal(own.local.value));

  effect(() => {
    const withoutSession = failing.value ? sentSources : [];
    own.failing.value = session.value ? session.value.unsent.value : withoutSession;
  });

  effect(() => {
    const current = session.value;
    const isNeeded = needed.value;
    if (current) untracked(() => (isNeeded ? keepWarm(current) : letCool(current)));
  });

  function letCool(current: MediaSession): void {
    failing.value = false;
    current.cool();
  }

  function keepWarm(current: MediaSession): void {
    const isWanted = () => session.peek() === current && needed.peek();
    void persist(() => current.warm(), isWanted);
  }

  /** Repeats until it succeeds; null when it is not wanted any more. */
  async function persist<T>(action: () => Promise<T>, isWanted: () => boolean): Promise<T | null> {
    for (let attempt = 0; isWanted(); attempt++) {
      try {
        const result = await action();
        failing.value = false;
        return result;
      } catch {
        // What was let go meanwhile has failed for that.
        if (!isWanted()) return null;
        failing.value = true;
        await wait(retryMs(attempt));
      }
    }
    return null;
  }

  /** So many milliseconds, or until the person will not wait. */
  function wait(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      stopWaiting = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  function stop(): void {
    generation++;
    failing.value = false;
    live = false;
    session.value?.close();
    session.value = null;
  }

  return {
    exists: () => session.peek() !== null,
    /** Whether there are transports, which may outlive a lost socket. */
    isOpen: () => session.peek()?.isOpen ?? false,
    /** trouble: broken and being mended, or not to be had yet. */
    state: computed(() => {
      const current = session.value?.state.value ?? 'new';
      // What failed is tried again a while later, and something else may have mended it until then.
      return failing.value && current !== 'connected' ? 'trouble' : current;
    }),
    remote: computed(() => session.value?.remote.value ?? nobody),
    /** A new session for a new place. */
    async start(connection: Connection, { rtpCapabilities, iceServers }: JoinResult): Promise<void> {
      const wasLive = live;
      stop();
      live = wasLive;
      const begun = generation;
      const isNewest = () => begun === generation;
      const createSession = await persist(loadMedia, isNewest);
      if (!createSession || !isNewest()) return;
      const started = createSession({ connection, routerRtpCapabilities: rtpCapabilities, iceServers });
      if (live) started.setLive(true);
      session.value = started;
    },
    /** The same place again after a lost socket. */
    resync: (joined: JoinResult) => session.peek()?.resync(joined),
    setLive(on: boolean): void {
      live = on;
      session.peek()?.setLive(on);
    },
    /** The session, as soon as its code is there. @throws {RequestError} disconnected */
    ready(): Promise<MediaSession> {
      let stopWaiting = () => {};
      let timer: ReturnType<typeof setTimeout> | undefined;
      const ready = new Promise<MediaSession>((resolve, reject) => {
        timer = setTimeout(() => reject(new RequestError('disconnected', 'media did not start')), READY_MS);
        stopWaiting = effect(() => {
          if (session.value) resolve(session.value);
        });
      });
      return ready.finally(() => {
        clearTimeout(timer);
        stopWaiting();
      });
    },
    /** How loud a peer is now, 0 to 1. */
    levelOf: (peerId: string) => session.peek()?.levelOf(peerId) ?? 0,
    /** What cannot be sent is tried again at once. */
    trySending(): void {
      stopWaiting();
      session.peek()?.trySending();
    },
    /** Of what is sent; null while nothing can be. */
    sendStats: async () => (await session.peek()?.sendStats()) ?? null,
    stop,
  };
}

const doubling = (attempt: number) => Math.min(8000, 1000 * 2 ** attempt);

const nobody: ReadonlyMap<string, RemoteMedia> = new Map();
