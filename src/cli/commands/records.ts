/** `webinterview records prune` and `webinterview erase`: what is removed for good. */
import { erasePerson } from '../../server/admin/erase.ts';
import { daysOfRetention, type ExpiredRoom, expiredRooms, pruneRooms } from '../../server/admin/retention.ts';
import { findRoom } from '../../server/admin/rooms.ts';
import { UserError } from '../../server/errors.ts';
import { recordTime } from '../../server/records/times.ts';
import { closingTime } from '../../server/room/openLink.ts';
import { type CommonOptions, configOf, withAdmin } from '../context.ts';
import { printJson, printLine, printNote } from '../output/print.ts';

export type PruneOptions = CommonOptions & { dryRun?: boolean };
export type EraseOptions = CommonOptions & { applicant: string; room: string; rename?: string };

/** Erases the rooms whose retention is over, or only names them. */
export async function recordsPrune(options: PruneOptions): Promise<void> {
  const config = configOf(options);
  const days = daysOfRetention(config.records.retention);
  if (days === null) {
    throw new UserError(
      'records.retention is not set, so records are kept for good: set it in the configuration, e.g. to 180d.',
    );
  }
  await withAdmin(config, { create: false }, async (admin) => {
    const rooms = options.dryRun ? expiredRooms(admin, days) : pruneRooms(admin, days);
    const told: object[] = [];
    for await (const expired of rooms) {
      if (options.json) told.push(prunedJson(expired));
      else printLine(prunedText(expired));
    }
    if (options.json) printJson({ retentionDays: days, dryRun: options.dryRun ?? false, rooms: told });
    else printLine(options.dryRun ? 'This was a dry run: nothing was erased.' : 'Nothing else has expired.');
  });
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
    const {
      peerIds: _,
      linkIds,
      isInRoomName,
      ...erased
    } = await erasePerson(admin, found, applicant, { rename });
    const room = await findRoom(admin, found.id);
    const { stays, messages, files, mentions, auditEntries } = erased;
    if (options.json)
      printJson({ id: room.id, room: room.name, isInRoomName, links: linkIds.length, ...erased });
    else {
      printLine(
        `Erased from ${room.name}: ${count(stays, 'stay')}, ${count(messages, 'message')}, ${count(files, 'file')}; the name was taken from ${count(mentions, 'other text')}.`,
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
    printNote('backups, exports, and what was sent to other systems before still hold what was erased.');
  });
}

const count = (number: number, what: string) => `${number} ${what}${number === 1 ? '' : 's'}`;
