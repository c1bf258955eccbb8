/** `webinterview records prune` and `webinterview erase`: what is removed for good. */
import { type ErasurePreview, erasePerson, previewErasure } from '../../server/admin/erase.ts';
import { daysOfRetention, type ExpiredRoom, expiredRooms, pruneRooms } from '../../server/admin/retention.ts';
import { findRoom } from '../../server/admin/rooms.ts';
import { UserError } from '../../server/errors.ts';
import { recordTime } from '../../server/records/times.ts';
import { closingTime } from '../../server/room/openLink.ts';
import type { RoomRecord } from '../../server/room/records.ts';
import { type Confirming, confirm, isAsked } from '../confirm.ts';
import { type CliAdmin, configOf, withAdmin } from '../context.ts';
import { cancelling } from '../invited.ts';
import { counted as count } from '../output/counted.ts';
import { printJson, printLine, printNote } from '../output/print.ts';

export type PruneOptions = Confirming & { dryRun?: boolean };
export type EraseOptions = Confirming & { applicant: string; room: string; rename?: string };

/** Erases the rooms whose retention is over, or only names them. */
export async function recordsPrune(options: PruneOptions): Promise<void> {
  const config = configOf(options);
  const days = daysOfRetention(config.records.retention);
  if (days === null) {
    throw new UserError('records.retention is not set, so records are kept for good', {
      remedy: 'set it in the configuration, e.g. to 180d.',
    });
  }
  await withAdmin(config, { create: false }, async (admin) => {
    if (!options.dryRun && isAsked(options)) await askToPrune(admin, days, options);
    const rooms = options.dryRun ? expiredRooms(admin, days) : pruneRooms(admin, days);
    const found: object[] = [];
    for await (const expired of rooms) {
      if (options.json) found.push(prunedJson(expired));
      else printLine(prunedText(expired));
    }
    if (options.json) printJson({ retentionDays: days, dryRun: options.dryRun ?? false, rooms: found });
    else printLine(options.dryRun ? 'This was a dry run: nothing was erased.' : 'Nothing else has expired.');
  });
}

/** Nothing is asked where nothing has expired. */
async function askToPrune(admin: CliAdmin, days: number, options: PruneOptions): Promise<void> {
  const lines: string[] = [];
  for await (const expired of expiredRooms(admin, days)) lines.push(prunedText(expired));
  if (lines.length === 0) return;
  const rooms = `This erases ${count(lines.length, 'room')} with links, attendance, messages and files for good.`;
  await confirm([...lines, rooms], options);
}

function prunedText({ room, stays, messages }: ExpiredRoom): string {
  const ended = recordTime(closingTime(room), room.timeZone);
  return `${room.name}, closed ${ended} (${room.timeZone}): ${count(stays, 'stay')}, ${count(messages, 'message')}`;
}

function prunedJson({ room: { id, name, until, closedAt }, stays, messages }: ExpiredRoom): object {
  return { id, name, until, closedAt, stays, messages };
}

/** Removes one applicant from a room's records, and prints the proof. */
export async function erase({ applicant, room: nameOrId, rename, ...options }: EraseOptions): Promise<void> {
  await withAdmin(configOf(options), { create: false }, async (admin) => {
    const found = await findRoom(admin, nameOrId);
    const alike = await confirmErasure(admin, found, applicant, { rename, ...options });
    const {
      peerIds: _,
      linkIds,
      addressedIds: __,
      isInRoomName,
      ...erased
    } = await erasePerson(admin, found, applicant, { rename });
    const room = await findRoom(admin, found.id);
    const { stays, messages, files, mentions, addresses, auditEntries } = erased;
    if (options.json)
      printJson({ id: room.id, room: room.name, isInRoomName, links: linkIds.length, ...erased });
    else {
      printLine(
        `Erased from ${room.name}: ${count(stays, 'stay')}, ${count(messages, 'message')}, ${[count(files, 'file'), ...mailAddresses(addresses)].join(', ')}; the name was taken from ${count(mentions, 'other text')}.`,
      );
      printLine(`Proof in the audit: ${auditEntries.join(', ')}`);
    }
    const open = (await admin.store.rooms.links(room.id)).filter(
      ({ id, revokedAt }) => linkIds.includes(id) && !revokedAt,
    );
    for (const { id } of closingTime(room) > admin.now() ? open : [])
      printNote(`the link still opens the room: refuse it with webinterview room revoke ${room.id} ${id}`);
    if (isInRoomName)
      printNote(
        `the room's own name still holds the applicant's: webinterview room update ${room.id} --name NAME (erase --rename NAME does both at once).`,
      );
    const left = await admin.store.records.countMessages({ roomId: room.id }, { filesOnly: true });
    if (left > 0)
      printNote(
        `${count(left, 'file')} that others sent ${left === 1 ? 'is' : 'are'} still there: see whether the applicant is in them (webinterview export files).`,
      );
    if (!options.json) for (const text of alike) printNote(text.replace(/^S/, 's'));
    printNote('backups, exports, and what was sent to other systems before still hold what was erased.');
  });
}

/** None is not worth a word: most people have none. */
const mailAddresses = (addresses: number) =>
  addresses === 0 ? [] : [`${addresses} mail ${addresses === 1 ? 'address' : 'addresses'}`];

/** Who has an invitation to a room that is still to come, and could not be told afterwards. */
async function untold(
  { store, now }: CliAdmin,
  room: RoomRecord,
  { addressedIds }: ErasurePreview,
): Promise<string[]> {
  if (closingTime(room) <= now()) return [];
  const links = (await store.rooms.links(room.id)).filter(({ id }) => addressedIds.includes(id));
  const invited = links.filter(({ invitedAt, sendingSince }) => invitedAt || sendingSince);
  if (invited.length === 0) return [];
  const commands = invited.map((link) => cancelling(room, link)).join('; ');
  return [
    `They were sent an invitation, and cannot be told afterwards that it is cancelled: if it is, say so first (${commands}).`,
  ];
}

/** Says what is going to be erased. @returns who has a name much like it, and stays, as sentences */
async function confirmErasure(
  admin: CliAdmin,
  room: RoomRecord,
  applicant: string,
  options: Confirming & { rename?: string | undefined },
): Promise<string[]> {
  const preview = await previewErasure(admin, room, applicant, options);
  const { stays, messages, files, mentions, linkIds, addresses, alike } = preview;
  const links = [count(linkIds.length, 'link'), ...mailAddresses(addresses)].join(', ');
  const theirs = `${links}, ${count(stays, 'stay')}, ${count(messages, 'message')} and ${count(files, 'file')}`;
  const others = `takes the name from ${count(mentions, 'other text')}`;
  const like = alike.map(
    (name) =>
      `Somebody named ${name} is there too, and stays: erase that name as well if it is the same person.`,
  );
  const what = `This erases ${applicant} from ${room.name} for good (${theirs}), and ${others}.`;
  await confirm([what, ...(await untold(admin, room, preview)), ...like], options, { needsYes: true });
  return like;
}
