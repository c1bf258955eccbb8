/** How long records are kept (`records.retention`), and what happens to those that are older. */
import { UserError } from '../errors.ts';
import { auditEntry } from '../room/audit.ts';
import type { RoomRecord } from '../room/records.ts';
import type { Store } from '../store/index.ts';
import { believedAt, looked } from './clockMemory.ts';
import type { Admin } from './live.ts';

const DAY_MS = 86_400_000;
/** Milliseconds from the server's start, which is busy enough, to its first look, and from one look to the next. */
const FIRST_MS = 10_000;
const NEXT_MS = 3_600_000;
/** Rooms of one page. */
const PAGE = 100;

type RetentionAdmin = Omit<Admin<Pick<Store, 'rooms' | 'records' | 'clock'>>, 'live'>;

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

/**
 * Erases them: the rooms with their links, attendance, messages and files. Each leaves an entry in the audit.
 * @throws {UserError} the clock is far from what the database has seen last
 */
export async function* pruneRooms(admin: RetentionAdmin, days: number): AsyncGenerator<ExpiredRoom> {
  const { store } = admin;
  await assertClockIsSound(admin);
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

type ClockAdmin = Pick<RetentionAdmin, 'store' | 'now'>;

async function lookAtClock({ store }: Pick<ClockAdmin, 'store'>, at: Date) {
  const before = await store.clock.read();
  const { seenAt, doubtedSince } = looked(at, before);
  await store.clock.write({ seenAt, doubtedSince });
  return { seenAt, doubtedSince, before };
}

/** A clock that has jumped, as of a machine that was restored or whose time was mistyped, would erase what is not over. */
async function assertClockIsSound(admin: ClockAdmin): Promise<void> {
  const at = admin.now();
  const { seenAt, doubtedSince, before } = await lookAtClock(admin, at);
  if (!doubtedSince) return;
  const last = doubtedSince === seenAt ? ` The database last saw ${before?.seenAt.toISOString()}.` : '';
  throw new UserError(
    `The clock has jumped to ${at.toISOString()}.${last} Nothing is erased by it for a day`,
    {
      remedy: `set it if it is wrong; if it is right, expired records are erased after ${believedAt(doubtedSince).toISOString()}.`,
    },
  );
}

function prunedEntry({ now, actor }: RetentionAdmin, { room, stays, messages }: ExpiredRoom, days: number) {
  const context = { at: now(), roomId: room.id, actor };
  return auditEntry('records.pruned', context, { details: { stays, messages, days } });
}

/**
 * Prunes a little later and then every hour; the returned function stops that. `null` days: never. The clock is looked at all the
 * same, for who prunes by command.
 */
export function keepRetention(
  admin: RetentionAdmin,
  days: number | null,
  { onPruned, onError }: { onPruned: (room: ExpiredRoom) => void; onError: (error: unknown) => void },
): () => void {
  let stopped = false;
  let timer: NodeJS.Timeout;
  const turn = async () => {
    try {
      if (days === null) await lookAtClock(admin, admin.now());
      else for await (const room of pruneRooms(admin, days)) onPruned(room);
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
