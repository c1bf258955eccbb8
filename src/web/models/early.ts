import { computed, effect, type ReadonlySignal, signal, untracked } from '@preact/signals';
import type { EarlyInfo } from '../../protocol/messages.ts';
import type { Connection } from '../connection/connection.ts';

export type EarlyModel = {
  /** Whether the room is not open yet. */
  readonly isEarly: ReadonlySignal<boolean>;
  /** From when on one can come in, ISO 8601; empty once the room is open. */
  readonly opensAt: ReadonlySignal<string>;
  /** Whole seconds until then, at least 0. */
  readonly secondsLeft: ReadonlySignal<number>;
  /** Keeps up with what the server says over this connection. */
  follow(connection: Pick<Connection, 'on'>): void;
  /** The server has said how it stands. */
  start(info: EarlyInfo): void;
  /** The room is open, or this is not of interest any more. */
  stop(): void;
};

type EarlyOptions = {
  /** Whether a check is running, which would fail: the server is asked after it. */
  busy: ReadonlySignal<boolean>;
  /** Asks the server how it stands with the room, by joining anew. */
  ask(): void;
};

const TICK_MS = 1_000;
/** Milliseconds that the server has to say that the room is open, before it is asked. */
const WORD_MS = 3_000;
/** Milliseconds by which two clocks may part before one of them must have been set, or the device has slept. */
const APART_MS = 2_000;

/**
 * How long it is until the room opens. The server's word is what counts: this device's clock may be wrong, may be set meanwhile,
 * and its timers stand still while it sleeps. So only the time that has passed is taken from here, and the server is asked anew
 * where that is in doubt.
 */
export function createEarly({ busy, ask }: EarlyOptions): EarlyModel {
  const info = signal<EarlyInfo | null>(null);
  const leftMs = signal(0);
  const isDue = signal(false);
  let begun = { wall: 0, steady: 0, leftMs: 0 };
  let timer: ReturnType<typeof setInterval> | undefined;

  effect(() => {
    if (!isDue.value || busy.value) return;
    isDue.value = false;
    untracked(ask);
  });

  function tick(): void {
    const wall = Date.now() - begun.wall;
    leftMs.value = begun.leftMs - wall;
    const isDoubtful = Math.abs(wall - (performance.now() - begun.steady)) > APART_MS;
    if (!isDoubtful && leftMs.value > -WORD_MS) return;
    // Once: the answer begins anew.
    clearInterval(timer);
    isDue.value = true;
  }

  return {
    isEarly: computed(() => info.value !== null),
    opensAt: computed(() => info.value?.opensAt ?? ''),
    secondsLeft: computed(() => Math.max(0, Math.ceil(leftMs.value / 1000))),
    follow(connection): void {
      connection.on('opened', () => {
        isDue.value = true;
      });
    },
    start(now): void {
      clearInterval(timer);
      isDue.value = false;
      const left = Date.parse(now.opensAt) - Date.parse(now.now);
      begun = { wall: Date.now(), steady: performance.now(), leftMs: left };
      leftMs.value = left;
      info.value = now;
      timer = setInterval(tick, TICK_MS);
    },
    stop(): void {
      clearInterval(timer);
      isDue.value = false;
      info.value = null;
    },
  };
}
