import { AppError } from '../errors.ts';
import { shownTime } from '../util/shownTime.ts';
import { isTokenOf, linkIdOf } from './links.ts';
import type { Clock, RoomStore } from './ports.ts';
import type { LinkRecord, RoomRecord } from './records.ts';

/** A link that leads into a room, though perhaps not now. */
export type OpenedLink = {
  link: LinkRecord;
  room: RoomRecord;
  /**
   * Set outside the reception window, and while the store cannot say who may come: then only a peer that is in the room
   * already may come back.
   */
  outsideWindow: AppError | null;
};

type Found = { link: LinkRecord; room: RoomRecord };

/** Where links are looked up, and what they were made with. */
export type OpenLinkDependencies = {
  store: Pick<RoomStore, 'findLink'>;
  secret: Buffer;
  clock: Clock;
  /** How early rooms open that say nothing of their own, in minutes. */
  openEarlyMinutes: number;
  /** A link by which somebody is in a live room, for while the store is away; default: nobody is. */
  linkInUse?: (linkId: string) => Promise<Found | null>;
};

/**
 * Who may come in: a token that was made by this server, is of the link's current version and not revoked.
 * Checked on every connection.
 * @throws {AppError} link_unknown, link_revoked, store_unavailable
 */
export async function openLink(token: string, deps: OpenLinkDependencies): Promise<OpenedLink> {
  const linkId = linkIdOf(token);
  const { found, isAway } = linkId ? await find(linkId, deps) : { found: null, isAway: null };
  if (!found) throw isAway ?? new AppError('link_unknown', 'this link is not known here');
  const { link, room } = found;
  if (!isTokenOf(deps.secret, link, token)) throw refusalOfOldToken(deps.secret, link, token);
  if (link.revokedAt) throw new AppError('link_revoked', 'this link was revoked');
  return {
    link,
    room,
    outsideWindow: isAway ?? windowProblem(room, deps.clock.now(), deps.openEarlyMinutes),
  };
}

async function find(
  linkId: string,
  { store, linkInUse }: OpenLinkDependencies,
): Promise<{ found: Found | null; isAway: AppError | null }> {
  try {
    return { found: await store.findLink(linkId), isAway: null };
  } catch (cause) {
    const message = 'the link cannot be checked now; try again soon';
    const isAway = new AppError('store_unavailable', message, { cause });
    return { found: (await linkInUse?.(linkId)) ?? null, isAway };
  }
}

/** When nobody is let in any more: the end of the window, or before it when an administrator closed the room. */
export function closingTime({ until, closedAt }: Pick<RoomRecord, 'until' | 'closedAt'>): Date {
  return closedAt && closedAt < until ? closedAt : until;
}

const MINUTE = 60_000;

/**
 * From when on people are let in: before the time that they were told, by the room's own minutes, else by the usual ones
 * (`room.openEarlyMinutes` of the configuration).
 */
export function opensAt(
  { from, openEarlyMinutes }: Pick<RoomRecord, 'from' | 'openEarlyMinutes'>,
  usualMinutes: number,
): Date {
  return new Date(from.getTime() - (openEarlyMinutes ?? usualMinutes) * MINUTE);
}

type Window = Pick<RoomRecord, 'from' | 'until' | 'closedAt' | 'openEarlyMinutes'>;

/** closed: by an administrator, whatever the window says. */
export type RoomStateName = 'upcoming' | 'open' | 'past' | 'closed';

/** Whether people can come in now, by the clock and by the administrators; `usualMinutes` as for `opensAt`. */
export function stateOf(room: Window, now: Date, usualMinutes: number): RoomStateName {
  if (room.closedAt) return 'closed';
  if (now >= room.until) return 'past';
  return now < opensAt(room, usualMinutes) ? 'upcoming' : 'open';
}

/** null while people are let in: from when the room opens, and no more at its end. `usualMinutes` as for `opensAt`. */
export function windowProblem(
  room: Window & Pick<RoomRecord, 'timeZone'>,
  now: Date,
  usualMinutes: number,
): AppError | null {
  const from = opensAt(room, usualMinutes);
  const until = closingTime(room);
  const shown = (at: Date) => shownTime(at, room.timeZone);
  if (now >= until) return new AppError('link_expired', `the room closed at ${shown(until)}`);
  if (now < from) return new AppError('link_early', `the room opens at ${shown(from)}`);
  return null;
}

/** Whether somebody comes by a good link before the room opens: they may run the environment check, and nothing else. */
export const isEarly = ({ outsideWindow }: Pick<OpenedLink, 'outsideWindow'>) =>
  outsideWindow?.code === 'link_early';

/**
 * Who may run the environment check by this link: whoever may come in, who is early, and who is inside, though the room's time is over
 * or the store cannot say.
 * @param isInside whether somebody is in the room who came by this link
 * @throws {AppError} link_expired, store_unavailable
 */
export function assertMayCheck(opened: Pick<OpenedLink, 'outsideWindow'>, isInside: boolean): void {
  if (opened.outsideWindow && !isEarly(opened) && !isInside) throw opened.outsideWindow;
}

/** Milliseconds after `until` in which an interview that ran long can still be written up. */
const RECORDS_MS = 60 * 60 * 1000;

/**
 * Who may download a room's records: the interviewer's link, until an hour after the room has closed.
 * @throws {AppError} not_allowed, link_early, link_expired
 */
export function assertMayReadRecords({ link, room, outsideWindow }: OpenedLink, now: Date): void {
  if (link.role !== 'interviewer')
    throw new AppError('not_allowed', 'only the interviewer may download this');
  const until = closingTime(room);
  const isLate = now >= until && now.getTime() < until.getTime() + RECORDS_MS;
  if (outsideWindow && !isLate) throw outsideWindow;
}

// A token of an earlier version was good once: its holder is told that it was replaced, a guesser is not.
function refusalOfOldToken(secret: Buffer, link: LinkRecord, token: string): AppError {
  for (let version = link.version - 1; version >= 1; version--) {
    if (isTokenOf(secret, { id: link.id, version }, token)) {
      return new AppError('link_revoked', 'this link was replaced by a newer one');
    }
  }
  return new AppError('link_unknown', 'this link is not known here');
}
