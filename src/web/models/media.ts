/** The media session of the connection in use: its code is loaded, and it is made, warmed and let go here. */
import { computed, effect, signal } from '@preact/signals';
import type { JoinResult } from '../../protocol/messages.ts';
import { type Connection, RequestError } from '../connection.ts';
import type { MediaSession, MediaSessionOptions, RemoteMedia } from '../media/session.ts';
import type { OwnModel } from './own.ts';

export type MediaOptions = {
  /** Loads the code of the media session, which no screen needs to be shown. */
  loadMedia(): Promise<(options: MediaSessionOptions) => MediaSession>;
  own: OwnModel;
  /** Milliseconds until the `attempt`th repetition of what failed; the first is 0. */
  retryMs?(attempt: number): number;
};

export type MediaModel = ReturnType<typeof createMedia>;

/** Milliseconds that the environment check waits for a session. */
const READY_MS = 15_000;

export function createMedia({ loadMedia, own, retryMs = doubling }: MediaOptions) {
  const session = signal<MediaSession | null>(null);
  const failing = signal(false);
  let live = false;
  /** What was begun for another join than the newest is dropped. */
  let generation = 0;

  effect(() => session.value?.setLocal(own.local.value));

  /** Repeats until it succeeds; null when another join or the end has come meanwhile. */
  async function persist<T>(action: () => Promise<T>, begun: number): Promise<T | null> {
    for (let attempt = 0; begun === generation; attempt++) {
      try {
        const result = await action();
        failing.value = false;
        return result;
      } catch {
        failing.value = true;
        await new Promise((resolve) => setTimeout(resolve, retryMs(attempt)));
      }
    }
    return null;
  }

  function stop(): void {
    generation++;
    failing.value = false;
    live = false;
    session.value?.close();
    session.value = null;
  }

  return {
    /** Whether there is a session, whose transports may outlive a lost socket. */
    exists: () => session.peek() !== null,
    /** trouble: broken and being mended, or not to be had yet. */
    state: computed(() => (failing.value ? 'trouble' : (session.value?.state.value ?? 'new'))),
    remote: computed(() => session.value?.remote.value ?? nobody),
    /** A new session for a new place, ready before anyone is let in. */
    async start(connection: Connection, { rtpCapabilities, iceServers }: JoinResult): Promise<void> {
      const wasLive = live;
      stop();
      live = wasLive;
      const begun = generation;
      const createSession = await persist(loadMedia, begun);
      if (!createSession || begun !== generation) return;
      const started = createSession({ connection, routerRtpCapabilities: rtpCapabilities, iceServers });
      session.value = started;
      if (live) started.setLive(true);
      await persist(() => started.warm(), begun);
    },
    /** The same place again after a lost socket. */
    resync: (consumers: JoinResult['consumers']) => session.peek()?.resync(consumers),
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
    /** Of what is sent; null while nothing can be. */
    sendStats: async () => (await session.peek()?.sendStats()) ?? null,
    stop,
  };
}

const doubling = (attempt: number) => Math.min(8000, 1000 * 2 ** attempt);

const nobody: ReadonlyMap<string, RemoteMedia> = new Map();
