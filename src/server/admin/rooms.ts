/** What administrators do with rooms, by command or over the API: the same rules, the same audit. */
import type { EntrySettings } from '../../protocol/messages.ts';
import { UserError } from '../errors.ts';
import { auditEntry } from '../room/audit.ts';
import {
  assertSeatsFit,
  checkedCapacity,
  checkedCompany,
  checkedEarly,
  checkedNote,
  checkedSeats,
  checkedTitle,
  checkedWaitingMessage,
  newRoom,
  type RoomRequest,
} from '../room/newRoom.ts';
import type { HistorySetting, Language, RoomRecord } from '../room/records.ts';
import { checkedRoomName, receptionWindow, type WindowRequest } from '../room/schedule.ts';
import type { RoomWithLinks, Store } from '../store/index.ts';
import { shownTime } from '../util/shownTime.ts';
import { type Admin, mayBeLive } from './live.ts';

/** What the configuration says of rooms of which nothing else is asked. */
export type RoomDefaults = { durationMinutes: number; timeZone: string; company: string | null };

/** What can be changed of a room; what is not given stays. */
export type RoomChanges = WindowRequest & {
  name?: string;
  /** Empty: none. */
  title?: string;
  company?: string;
  timeZone?: string;
  /** null: as the configuration says. */
  openEarlyMinutes?: number | null;
  interviewerSeats?: number;
  applicantSeats?: number;
  capacity?: number | null;
  entry?: Partial<EntrySettings>;
  language?: Language;
  note?: string;
  history?: HistorySetting;
  waitingMessage?: string;
};

/** What of it says how many people there is place for. */
const places = ['capacity', 'interviewerSeats', 'applicantSeats'] as const;

type RoomAdmin = Admin<Pick<Store, 'rooms'>>;

/**
 * Makes rooms with their links, all or none; `onStored` hears how many are written, before all are committed.
 * @throws {UserError} usage for what cannot be, conflict when a name is taken
 */
export async function createRooms(
  { store, now, actor }: RoomAdmin,
  requests: RoomRequest[],
  { durationMinutes, timeZone, company }: RoomDefaults,
  onStored?: (count: number) => void,
): Promise<RoomWithLinks[]> {
  const at = now();
  const made = requests.map((request) =>
    newRoom(request, { now: at, defaultMinutes: durationMinutes, timeZone, company }),
  );
  for (const { room } of made) assertNotOver(room, at);
  const audit = made.map(({ room, links }) =>
    auditEntry('room.created', { at, roomId: room.id, actor }, { details: { links: links.length } }),
  );
  await store.rooms.create(made, audit, onStored);
  return made;
}

/** @throws {UserError} not_found */
export async function findRoom({ store }: Pick<RoomAdmin, 'store'>, nameOrId: string): Promise<RoomRecord> {
  const room = await store.rooms.find(nameOrId);
  if (room) return room;
  throw new UserError(`There is no room named ${nameOrId}`, {
    remedy: 'check its name or id.',
    code: 'not_found',
  });
}

/**
 * Changes a room as it was read. People who are in it stay.
 * @throws {UserError} usage for what cannot be, conflict when the new name is taken, changed when somebody else has
 *   changed the room since
 */
export async function updateRoom(
  admin: RoomAdmin,
  room: RoomRecord,
  changes: RoomChanges,
): Promise<RoomRecord> {
  const next = changed(room, changes);
  // One from before this rule can still be changed in all else.
  if (places.some((place) => changes[place] !== undefined)) assertSeatsFit(next);
  assertNotEnded(next, room, admin.now());
  const fields = Object.keys(changes).sort().join(',');
  return write(admin, next, 'room.updated', { fields });
}

/**
 * Keeps everyone out from now on, and ends the call that goes on. Closing twice stores nothing more; it ends a call that
 * the first time could not be reached.
 */
export async function closeRoom(admin: RoomAdmin, room: RoomRecord): Promise<RoomRecord> {
  if (room.closedAt) {
    await admin.live.refresh(room.id);
    return room;
  }
  return write(admin, { ...room, closedAt: admin.now() }, 'room.closed');
}

/**
 * Lets people in again, within the window as it is or as it is given anew; a duration counts from now, or from the
 * opening where that is still to come.
 * @throws {UserError} usage: the window is over and no later end is given
 */
export async function reopenRoom(
  admin: RoomAdmin,
  room: RoomRecord,
  window: Pick<WindowRequest, 'until' | 'durationMinutes'> = {},
): Promise<RoomRecord> {
  const given = window.until !== undefined || window.durationMinutes !== undefined;
  const start = Math.max(admin.now().getTime(), room.from.getTime());
  const until = window.durationMinutes && new Date(start + window.durationMinutes * 60_000);
  const next = { ...(given ? changed(room, { until: until || window.until }) : room), closedAt: null };
  assertNotOver(next, admin.now());
  return write(admin, next, 'room.reopened');
}

/**
 * Ends the call that goes on; people may come again while the room is open.
 * @returns false: nobody was in it
 * @throws {UserError} unavailable: a server that may have the call does not answer, or fell silent while it was to end it
 */
export async function endCall(
  { store, now, actor, live }: Admin<Pick<Store, 'audit'>>,
  room: Pick<RoomRecord, 'id' | 'name'>,
): Promise<boolean> {
  const { id: roomId } = room;
  const { live: isLive, silent } = await live.isLive(roomId);
  if (!isLive && silent.length > 0) throw mayBeLive(room, silent);
  if (!isLive) return false;
  // First: an end that could not be recorded is tried again, and then there must be something to end.
  await store.audit.record([auditEntry('room.ended', { at: now(), roomId, actor })]);
  const { ended, silent: gone } = await live.end(roomId);
  if (!ended && gone.length > 0) throw mayBeLive(room, gone);
  return true;
}

/**
 * Deletes the room as it was read, with its links, attendance, messages and files, and ends what goes on in it.
 * @throws {UserError} changed: somebody else has changed it since, and nothing was done
 */
export async function deleteRoom({ store, now, actor, live }: RoomAdmin, room: RoomRecord): Promise<void> {
  const { id: roomId, version } = room;
  const entry = auditEntry('room.deleted', { at: now(), roomId, actor });
  if (!(await store.rooms.delete(roomId, [entry], version))) throw changedMeanwhile(room);
  await live.refresh(roomId);
  await store.rooms.forgetDeleted();
}

async function write(
  { store, now, actor, live }: RoomAdmin,
  next: RoomRecord,
  action: 'room.updated' | 'room.closed' | 'room.reopened',
  details: Record<string, string> = {},
): Promise<RoomRecord> {
  const entry = auditEntry(action, { at: now(), roomId: next.id, actor }, { details });
  const stored = await store.rooms.update(next, [entry]);
  if (!stored) throw changedMeanwhile(next);
  await live.refresh(next.id);
  return stored;
}

/**
 * Stores that the room's invitations are taken back: an invitation that follows goes before that in calendars, also when
 * nothing of the room was changed in between.
 * @throws {UserError} changed: somebody else has changed the room since it was read
 */
export async function recordCancelled(
  { store, now, actor }: Omit<RoomAdmin, 'live'>,
  room: RoomRecord,
): Promise<void> {
  const details = { fields: 'invitations' };
  const entry = auditEntry('room.updated', { at: now(), roomId: room.id, actor }, { details });
  if (!(await store.rooms.update(room, [entry]))) throw changedMeanwhile(room);
}

/** What the slower of two administrators is told. */
export const changedMeanwhile = ({ name }: RoomRecord) =>
  new UserError(`Somebody else has just changed the room ${name}`, {
    remedy: 'look at it and try again.',
    code: 'changed',
  });

function changed(room: RoomRecord, changes: RoomChanges): RoomRecord {
  const { from, until, durationMinutes } = changes;
  const start = from ?? room.from;
  // A new start alone moves the interview, which stays as long as it is.
  const moved = new Date(start.getTime() + room.until.getTime() - room.from.getTime());
  const end = durationMinutes === undefined ? (until ?? moved) : undefined;
  const window = receptionWindow(
    { from: start, until: end, durationMinutes },
    { now: start, defaultMinutes: 0, timeZone: changes.timeZone ?? room.timeZone },
  );
  return {
    ...room,
    ...window,
    name: changes.name === undefined ? room.name : checkedRoomName(changes.name),
    title: changes.title === undefined ? room.title : checkedTitle(changes.title),
    company: changes.company === undefined ? room.company : checkedCompany(changes.company),
    timeZone: changes.timeZone ?? room.timeZone,
    openEarlyMinutes:
      changes.openEarlyMinutes === undefined ? room.openEarlyMinutes : checkedEarly(changes.openEarlyMinutes),
    interviewerSeats: checkedSeats(changes.interviewerSeats ?? room.interviewerSeats),
    applicantSeats: checkedSeats(changes.applicantSeats ?? room.applicantSeats),
    capacity: changes.capacity === undefined ? room.capacity : checkedCapacity(changes.capacity),
    entry: { ...room.entry, ...changes.entry },
    language: changes.language ?? room.language,
    note: changes.note === undefined ? room.note : checkedNote(changes.note),
    history: changes.history === undefined ? room.history : changes.history,
    waitingMessage:
      changes.waitingMessage === undefined
        ? room.waitingMessage
        : checkedWaitingMessage(changes.waitingMessage),
  };
}

/** A slip of the keyboard must not throw out who is in the room: closing it is a command of its own. */
function assertNotEnded(next: RoomRecord, { until }: RoomRecord, now: Date): void {
  if (next.until > now || next.until.getTime() === until.getTime()) return;
  throw new UserError(
    `The room ${next.name} would be over at once (it would close ${shownTime(next.until, next.timeZone)})`,
    { remedy: 'choose a later end, or close it.', usage: true },
  );
}

function assertNotOver({ name, until, timeZone }: RoomRecord, now: Date): void {
  if (until > now) return;
  throw new UserError(`The room ${name} would be over already (it closes ${shownTime(until, timeZone)})`, {
    remedy: 'choose a later end.',
    usage: true,
  });
}
