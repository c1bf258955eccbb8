import type { types } from 'mediasoup-client';
import type { Connection } from '../connection/connection.ts';
import { createEar } from './ear.ts';

type KeeperOptions = {
  connection: Connection;
  /** The server does not know the transport any more: it must be made anew. */
  onGone(): void;
  /** There is a way again after there was none; what was under way meanwhile is lost. */
  onBack(): void;
};

/** Something arrives several times in this time on a line that lives and carries anything. */
const LISTEN_MS = 300;
/**
 * From one restart to the next: several soon, as a browser says that it is online more than a second before it lets
 * ICE know of the new network; then later and later.
 */
const RESTARTS_MS = [500, 500, 500, 500, 1_000, 2_000, 4_000];
/** Until the server has told of all that was lost meanwhile: it reports on pictures every second, and a report may be lost. */
const SETTLE_MS = 3_000;
/** Media flows up to a second before the browser says that the transport is connected. */
const WORD_MS = 1_000;
const LOOK_MS = 50;
/** A check, its answer and the nomination, in round trips; beside what is waited for anyway. */
const ROUND_TRIPS = 3;

/** How a transport comes back when its line breaks: ICE is restarted until something is heard from the server again. */
export function keepConnected(transport: types.Transport, { connection, onGone, onBack }: KeeperOptions) {
  const ear = createEar(transport);
  /** Raised by what makes an attempt under way pointless. */
  let turn = 0;
  let mending = false;
  /** There was no way the last that was known. */
  let lost = false;
  /** When the last restart was over, by performance.now(). */
  let restartedAt = Number.NEGATIVE_INFINITY;

  transport.on('connectionstatechange', (state) => {
    if (state === 'connected') back();
    // Browsers say so only after seconds without an answer: there is nothing to wait for.
    if (!isBroken(transport)) return;
    lost = true;
    connection.check();
    if (!mending) void mend();
  });

  async function mend(): Promise<void> {
    // A new one connects with its first use.
    if (transport.connectionState === 'new') return;
    const mine = ++turn;
    mending = true;
    const works = !isBroken(transport) && (await isHeard(LISTEN_MS));
    if (!works) {
      await restartUntilHeard(() => transport.closed || mine !== turn);
      restartedAt = performance.now();
    }
    if (mine === turn) mending = false;
  }

  function back(): void {
    if (!lost) return;
    lost = false;
    onBack();
  }

  async function restartUntilHeard(isOver: () => boolean): Promise<void> {
    for (let attempt = 0; !isOver(); attempt++) {
      lost = true;
      const error = await restart().catch((error) => error);
      if (isOver()) return;
      if (isUnknownThere(error)) return onGone();
      // Nothing can be asked while the socket is lost; the session calls when it is back.
      if (connection.status.peek() !== 'open') return;
      const pauseMs = RESTARTS_MS[Math.min(attempt, RESTARTS_MS.length - 1)] ?? 0;
      if (await isHeard(pauseMs + ROUND_TRIPS * ear.roundTripMs())) return;
    }
  }

  async function restart(): Promise<void> {
    const { iceParameters } = await connection.request('restartIce', { transportId: transport.id });
    await transport.restartIce({ iceParameters });
  }

  async function isHeard(withinMs: number): Promise<boolean> {
    if (!(await ear.hears(withinMs))) return false;
    back();
    // Another restart would break off what has just been found.
    const end = performance.now() + WORD_MS;
    while (isBroken(transport) && performance.now() < end)
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    return !isBroken(transport);
  }

  return {
    /** Restarts ICE unless something is heard: the line may have changed without the browser having noticed. */
    mend: () => void mend(),
    /** Whether figures of what is sent tell of the line as it is, and not of the time in which there was none. */
    isSettled: () => !mending && performance.now() - restartedAt > SETTLE_MS,
    stop() {
      turn++;
      lost = false;
    },
  };
}

function isBroken({ connectionState }: types.Transport): boolean {
  return connectionState === 'disconnected' || connectionState === 'failed';
}

function isUnknownThere(error: unknown): boolean {
  const code = (error as { code?: unknown } | undefined)?.code;
  return code === 'not_found' || code === 'wrong_state';
}
