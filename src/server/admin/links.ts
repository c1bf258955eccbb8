/** What administrators do with a room's links. It holds at once, for people who are in the room too. */
import { limits } from '../../protocol/limits.ts';
import { isSameName } from '../../protocol/names.ts';
import { UserError } from '../errors.ts';
import { type AuditAction, auditEntry } from '../room/audit.ts';
import { checkedEmail } from '../room/emails.ts';
import { assertSeatsFit, checkedLabel, newLink } from '../room/newRoom.ts';
import type { LinkRecord, RoomRecord } from '../room/records.ts';
import type { Store } from '../store/index.ts';
import type { Admin } from './live.ts';
import { changedMeanwhile } from './rooms.ts';

type LinkAdmin = Admin<Pick<Store, 'rooms'>>;

/**
 * A link of their own for one more applicant. Where each applicant has a link of their own and a seat, as rooms are made,
 * there is one more seat as well.
 * @throws {UserError} usage for a name or mail address that cannot be and for a seat that the room has no place for, conflict when the room
 *   has one of that name, changed when somebody else has changed the room since it was read
 */
export async function addApplicant(
  admin: LinkAdmin,
  room: RoomRecord,
  name: string,
  email?: string | undefined,
): Promise<LinkRecord> {
  const label = checkedLabel(name);
  const address = email === undefined ? null : checkedEmail(email);
  const links = (await admin.store.rooms.links(room.id)).filter(isApplicants);
  const assertFits = (all: LinkRecord[]) => assertMayHave(room, all.filter(isApplicants), label);
  assertFits(links);
  const link = newLink(room, 'applicant', label, address);
  const audit = [entry(admin, 'link.created', link)];
  const open = links.filter(({ revokedAt }) => !revokedAt);
  const seats = open.length + 1;
  if (open.length === 0 || open.some((each) => each.label === '') || room.applicantSeats !== open.length) {
    await admin.store.rooms.addLink(link, audit, assertFits);
    await admin.live.refresh(room.id);
    return link;
  }
  const details = { fields: 'applicantSeats' };
  const context = { at: admin.now(), roomId: room.id, actor: admin.actor };
  audit.push(auditEntry('room.updated', context, { details }));
  const next = { ...room, applicantSeats: seats };
  assertSeatsFit(next);
  if (!(await admin.store.rooms.addLink(link, audit, assertFits, next))) throw changedMeanwhile(room);
  await admin.live.refresh(room.id);
  return link;
}

const isApplicants = ({ role }: LinkRecord) => role === 'applicant';

/** @throws {UserError} the room has a link of this name, or as many as it may have */
function assertMayHave(room: RoomRecord, links: LinkRecord[], label: string): void {
  const found = links.find((link) => isSameName(link.label, label));
  if (found) throw hasOne(room, found);
  if (links.length >= limits.seatsPerRole)
    throw new UserError(`A room has at most ${limits.seatsPerRole} applicants' links.`, { usage: true });
}

function hasOne({ name }: RoomRecord, { label, revokedAt }: LinkRecord): UserError {
  if (!revokedAt)
    return new UserError(`The room ${name} has a link for ${label} already.`, { code: 'conflict' });
  return new UserError(`The room ${name} has a link for ${label} that is revoked`, {
    remedy: 'reissue that one (webinterview room reissue), and it opens under a new address.',
    code: 'conflict',
  });
}

/**
 * The link of a room that `which` names: its id, an applicant's name, or a role that has one link alone.
 * @throws {UserError} not_found, usage when it names several
 */
export async function findLink(
  { store }: Pick<LinkAdmin, 'store'>,
  room: RoomRecord,
  which: string,
): Promise<LinkRecord> {
  const links = await store.rooms.links(room.id);
  // The interviewers' link has no name: an empty one, as of a variable that was not set, must not mean it.
  const found = which === '' ? [] : links.filter((link) => isMeant(link, which));
  const [link] = found;
  if (!link) {
    throw new UserError(`The room ${room.name} has no link ${which}`, {
      remedy: "give its id, interviewer, applicant, or an applicant's name.",
      code: 'not_found',
    });
  }
  if (found.length === 1) return link;
  const names = found.map(({ id, label }) => label || id).join(', ');
  throw new UserError(`The room ${room.name} has several such links`, {
    remedy: `say which of ${names}.`,
    usage: true,
  });
}

const isMeant = ({ id, role, label }: LinkRecord, which: string) =>
  id === which || role === which || isSameName(label, which);

/** A new address in place of the old one, which is refused from now on. @throws {UserError} not_found */
export async function reissueLink(admin: LinkAdmin, link: LinkRecord): Promise<LinkRecord> {
  const next = await admin.store.rooms.reissueLink(link.id, [entry(admin, 'link.reissued', link)]);
  await admin.live.refresh(link.roomId);
  return next;
}

/** Refuses the link from now on. @throws {UserError} not_found */
export async function revokeLink(admin: LinkAdmin, link: LinkRecord): Promise<LinkRecord> {
  const next = await admin.store.rooms.revokeLink(link.id, admin.now(), [entry(admin, 'link.revoked', link)]);
  await admin.live.refresh(link.roomId);
  return next;
}

/**
 * Where the link's applicant is written to from now on.
 * @param email null: no address is known any more
 * @throws {UserError} usage: it is no mail address, or the interviewers' link; not_found
 */
export function setEmail(
  admin: Omit<LinkAdmin, 'live'>,
  link: LinkRecord,
  email: string | null,
): Promise<LinkRecord> {
  if (link.role === 'interviewer')
    throw new UserError('Only applicants’ links have a mail address.', { usage: true });
  const address = email === null ? null : checkedEmail(email);
  const audit = entry(admin, 'link.updated', link, { fields: 'email' });
  return admin.store.rooms.setEmail(link.id, address, [audit]);
}

function entry(
  { now, actor }: Omit<LinkAdmin, 'live'>,
  action: AuditAction,
  { id, roomId, role }: LinkRecord,
  details: { fields?: string } = {},
) {
  return auditEntry(action, { at: now(), roomId, actor }, { subject: id, details: { role, ...details } });
}
