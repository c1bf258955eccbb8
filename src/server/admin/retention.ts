/** How long records are kept (`records.retention`), and what happens to those that are older. */
import { auditEntry } from '../room/audit.ts';
import type { RoomRecord } from '../room/ports.ts';
import type { Store } from '../store/index.ts';
import type { Admin } from './live.ts';

const DAY_MS = 86_400_000;
/** Milliseconds from the server's start to its first look, and from one look to the next. */
const FIRST_MS = 60_000;
const NEXT_MS = 3_600_000;
/** Rooms of one page. */
const PAGE = 100;

type RetentionAdmin = Omit<Admin<Pick<Store, 'rooms' | 'records'>>, 'live'>;

/** A room whose time is over, with what is kept of it. */
export type ExpiredRoom = { room: RoomRecord; stays: number; messages: number };

/** The rooms that ended more than `days` ago and where nobody was since, the earliest first. */
export async function* expiredRooms(
  { store, now }: Pick<RetentionAdmin, 'store' | 'now'>,
  days: number,
): AsyncGenerator<ExpiredRoom> {
  const before = new Date(now().getTime() - days * DAY_MS);
  for (let last: RoomRecord | undefined; ; ) {
    const page = await store.rooms.list({ overBefore: before, after: last, limit: PAGE });
    for (const room of page) {
      const scope = { roomId: room.id };
      const stays = await store.records.countStays(scope);
      yield { room, stays, messages: await store.records.countMessages(scope) };
    }
    last = page.at(-1);
    if (!last || page.length < PAGE) return;
  }
}

/** Erases them: the rooms with their links, attendance, messages and files. Each leaves an entry in the audit. */
export async function* pruneRooms(admin: RetentionAdmin, days: number): AsyncGenerator<ExpiredRoom> {
  const { store, now, actor } = admin;
  for await (const expired of expiredRooms(admin, days)) {
    const { room, stays, messages } = expired;
    const entry = auditEntry(
      'records.pruned',
      { at: now(), roomId: room.id, actor },
      { details: { stays, messages, days } },
    );
    // Another server may have been faster.
    if (await store.rooms.delete(room.id, [entry])) yield expired;
  }
}

/** Prunes a minute from now and then every hour; the returned function stops that. `null` days: never. */
export function keepRetention(
  admin: RetentionAdmin,
  days: number | null,
  { onPruned, onError }: { onPruned: (room: ExpiredRoom) => void; onError: (error: unknown) => void },
  firstMs = FIRST_MS,
): () => void {
  if (days === null) return () => undefined;
  let stopped = false;
  let timer: NodeJS.Timeout;
  const turn = async () => {
    try {
      for await (const room of pruneRooms(admin, days)) onPruned(room);
    } catch (error) {
      onError(error);
    }
    if (!stopped) timer = setTimeout(turn, NEXT_MS).unref();
  };
  timer = setTimeout(turn, firstMs).unref();
  return () => {
    stopped = true;
    clearTimeout(timer);
  };
}

/** `180d` as days. */
export const daysOfRetention = (text: string | null) => (text === null ? null : Number(text.slice(0, -1)));
