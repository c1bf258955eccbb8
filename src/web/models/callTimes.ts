import { computed, type ReadonlySignal, signal } from '@preact/signals';
import { limits } from '../../protocol/limits.ts';
import type { Connection } from '../connection/connection.ts';
import type { RequestError } from '../connection/RequestError.ts';

/** soon: the end is near. over: it is past, and the call goes on. */
export type Ending = 'soon' | 'over' | null;

export type CallTimesModel = {
  /** Whole minutes since the interview began; null: no applicant is in the call. */
  readonly minutes: ReadonlySignal<number | null>;
  readonly ending: ReadonlySignal<Ending>;
  /** Whether the question is shown whether to put the end off: by itself as the end comes near, or asked for. */
  readonly isOpen: ReadonlySignal<boolean>;
  readonly busy: ReadonlySignal<boolean>;
  /** The end was not put off. */
  readonly problem: ReadonlySignal<'failed' | 'tooOften' | null>;
  toggle(): void;
  /** The call is left, or the page: the returned function stops the clock that this starts. */
  watch(): () => void;
  follow(connection: Pick<Connection, 'on'>): void;
  extend(minutes: (typeof limits.extendMinutes)[number]): Promise<void>;
};

type CallTimesOptions = {
  /** When the room closes, ISO 8601; null: not known yet. */
  until: ReadonlySignal<string | null>;
  request: Connection['request'];
};

const MINUTE = 60_000;
const TICK_MS = 1_000;

/**
 * For an interviewer in the call: how long it has been an interview, and how near the end of the room is, by the server's clock. Of
 * this device's only what has passed since the server told its own.
 */
export function createCallTimes({ until, request }: CallTimesOptions): CallTimesModel {
  const begunAt = signal<number | null>(null);
  /** How much the server's clock is ahead of this device's, in milliseconds; null: nothing was told yet. */
  const ahead = signal<number | null>(null);
  const here = signal(Date.now());
  const now = computed(() => here.value + (ahead.value ?? 0));
  const busy = signal(false);
  const problem = signal<'failed' | 'tooOften' | null>(null);
  const isAskedFor = signal(false);
  /** What the person has put away: each end comes near once, and passes once. */
  const putAway = signal('');

  const ending = computed<Ending>(() => {
    if (until.value === null || ahead.value === null) return null;
    const left = Date.parse(until.value) - now.value;
    if (left <= 0) return 'over';
    return left <= limits.endingMinutes * MINUTE ? 'soon' : null;
  });
  const news = computed(() => (ending.value ? `${until.value} ${ending.value}` : ''));
  const isOpen = computed(() => isAskedFor.value || (news.value !== '' && news.value !== putAway.value));

  function close(): void {
    isAskedFor.value = false;
    putAway.value = news.value;
    problem.value = null;
  }

  return {
    minutes: computed(() =>
      begunAt.value === null ? null : Math.max(0, Math.floor((now.value - begunAt.value) / MINUTE)),
    ),
    ending,
    isOpen,
    busy,
    problem,
    toggle(): void {
      if (isOpen.value) close();
      else isAskedFor.value = true;
    },
    watch(): () => void {
      here.value = Date.now();
      const timer = setInterval(() => {
        here.value = Date.now();
      }, TICK_MS);
      return () => clearInterval(timer);
    },
    follow(connection): void {
      connection.on('callTimes', (told) => {
        here.value = Date.now();
        ahead.value = Date.parse(told.now) - here.value;
        begunAt.value = told.begunAt === null ? null : Date.parse(told.begunAt);
      });
    },
    async extend(minutes): Promise<void> {
      const { value: known } = until;
      if (busy.value || known === null) return;
      busy.value = true;
      problem.value = null;
      try {
        await request('extend', { minutes, until: known });
        isAskedFor.value = false;
      } catch (error) {
        const { code } = error as RequestError;
        // Somebody else was faster: the new end is told to everyone.
        if (code !== 'wrong_state') problem.value = code === 'too_fast' ? 'tooOften' : 'failed';
      } finally {
        busy.value = false;
      }
    },
  };
}
