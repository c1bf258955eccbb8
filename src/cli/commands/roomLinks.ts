/** `webinterview room applicant | email | reissue | revoke`: a room's links. */
import { addApplicant, findLink, reissueLink, revokeLink, setEmail } from '../../server/admin/links.ts';
import { findRoom } from '../../server/admin/rooms.ts';
import type { LinkRecord, RoomRecord } from '../../server/room/records.ts';
import type { Confirming } from '../confirm.ts';
import { type CliAdmin, type CommonOptions, configOf, withAdmin } from '../context.ts';
import { sayWhoIsPutOut } from '../inside.ts';
import { noteInvited } from '../invited.ts';
import { linkUrls, noteLinks, publicUrlOf } from '../links.ts';
import { printJson, printLine, printNote } from '../output/print.ts';
import { headingOf, printLink } from '../output/rooms.ts';

type LinkWork = (admin: CliAdmin, room: RoomRecord) => Promise<LinkRecord>;

export type ApplicantOptions = CommonOptions & { email?: string };

/** A link of their own for one more applicant. */
export const roomApplicant = (room: string, name: string, options: ApplicantOptions) =>
  changeLink(room, options, async (admin, found) => {
    const link = await addApplicant(admin, found, name, options.email);
    await noteSeats(admin, found.id);
    return link;
  });

/** Whoever has a link, and finds no seat, waits: that is not always what is meant. */
async function noteSeats(admin: CliAdmin, roomId: string): Promise<void> {
  const { name, applicantSeats } = await findRoom(admin, roomId);
  const links = (await admin.store.rooms.links(roomId)).filter(
    ({ role, revokedAt }) => role === 'applicant' && !revokedAt,
  );
  if (applicantSeats >= links.length) return;
  const seats = `${applicantSeats} ${applicantSeats === 1 ? 'applicant' : 'applicants'} at once`;
  printNote(
    `${name} takes ${seats} and has ${links.length} links for them; for all at once: webinterview room update ${roomId} --applicant-seats ${links.length}`,
  );
}

/** Where an applicant is written to; an empty address: nowhere any more. */
export const roomEmail = (room: string, link: string, email: string, options: CommonOptions) =>
  withAdmin(configOf(options), { create: false }, async (admin) => {
    const found = await findRoom(admin, room);
    const changed = await setEmail(admin, await findLink(admin, found, link), email.trim() || null);
    const { id, role, label: name, email: stored } = changed;
    if (options.json) printJson({ room: found.name, id, role, name, email: stored });
    else printLine(`${headingOf({ role, name })} of ${found.name}: ${stored ?? 'no mail address'}`);
  });

/** A new address in place of the old; who came by the old one has to go. */
export const roomReissue = (room: string, link: string, options: Confirming) =>
  changeLink(room, options, async (admin, found) =>
    reissueLink(admin, await takenLink(admin, found, link, options)),
  );

/** Refuses a link from now on; who came by it has to go. */
export const roomRevoke = (room: string, link: string, options: Confirming) =>
  changeLink(room, options, async (admin, found) =>
    revokeLink(admin, await takenLink(admin, found, link, options)),
  );

/** The link that is going to be refused, when nobody minds who is put out by that. */
async function takenLink(
  admin: CliAdmin,
  room: RoomRecord,
  which: string,
  options: Confirming,
): Promise<LinkRecord> {
  const link = await findLink(admin, room, which);
  await sayWhoIsPutOut(admin, room, options, link);
  return link;
}

async function changeLink(nameOrId: string, options: CommonOptions, work: LinkWork): Promise<void> {
  const config = configOf(options);
  const publicUrl = await publicUrlOf(config);
  await withAdmin(config, { create: false }, async (admin) => {
    const room = await findRoom(admin, nameOrId);
    const record = await work(admin, room);
    const [link] = linkUrls(publicUrl, admin.secret, [record]);
    if (!link) throw new Error('no link was changed');
    if (options.json) printJson({ room: room.name, ...link });
    else if (link.url) printLink(link, room);
    else printLine(`${headingOf(link)} of ${room.name}: revoked; whoever came by it has to leave.`);
    if (link.url) noteLinks(publicUrl, options);
    else noteInvited(room, [record], { now: admin.now(), json: options.json });
  });
}
