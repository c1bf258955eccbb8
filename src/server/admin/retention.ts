/** How long records are kept (`records.retention`), and what happens to those that are older. */
import { auditEntry } from '../room/audit.ts';
import type { RoomRecord } from '../room/ports.ts';
import type { Store } from '../store/index.ts';
import type { Admin } from './live.ts';

const DAY_MS = 86_400_000;
/** Milliseconds from the server's start, which is busy enough, to its first look, and from one look to the next. */
const FIRST_MS = 10_000;
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
  const { store } = admin;
  let isAnyDeleted = false;
  try {
    for await (const expired of expiredRooms(admin, days)) {
      // Another server may have been faster, or somebody has reopened the room since it was read.
      const { id, version } = expired.room;
      if (!(await store.rooms.delete(id, [prunedEntry(admin, expired, days)], version))) continue;
      isAnyDeleted = true;
      yield expired;
    }
  } finally {
    // What was deleted is to be gone as well where the run breaks off.
    if (isAnyDeleted) await store.rooms.forgetDeleted();
  }
}

function prunedEntry({ now, actor }: RetentionAdmin, { room, stays, messages }: ExpiredRoom, days: number) {
  const context = { at: now(), roomId: room.id, actor };
  return auditEntry('records.pruned', context, { details: { stays, messages, days } });
}

/** Prunes a little later and then every hour; the returned function stops that. `null` days: never. */
export function keepRetention(
  admin: RetentionAdmin,
  days: number | null,
  { onPruned, onError }: { onPruned: (room: ExpiredRoom) => void; onError: (error: unknown) => void },
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
  timer = setTimeout(turn, FIRST_MS).unref();
  return () => {
    stopped = true;
    clearTimeout(timer);
  };
}

/** `180d` as days. */
export const daysOfRetention = (text: string | null) => (text === null ? null : Number(text.slice(0, -1)));
