/** `webinterview room show | update | close | reopen | end | delete`: one room, by name or id. */
import {
  closeRoom,
  deleteRoom,
  endCall,
  findRoom,
  reopenRoom,
  updateRoom,
} from '../../server/admin/rooms.ts';
import { UserError } from '../../server/errors.ts';
import type { RoomRecord } from '../../server/room/records.ts';
import type { WindowRequest } from '../../server/room/schedule.ts';
import { type Confirming, confirm } from '../confirm.ts';
import { type CliAdmin, type CommonOptions, configOf, withAdmin } from '../context.ts';
import { type RoomOptions, settingsOf, windowOf } from '../input/roomOptions.ts';
import { peopleInside, sayWhoIsPutOut } from '../inside.ts';
import { noteInvited, noteMoved, toBeTold } from '../invited.ts';
import { linkUrls, noteLinks, publicUrlOf } from '../links.ts';
import { counted } from '../output/counted.ts';
import { printJson, printLine, printNote } from '../output/print.ts';
import { printRoom, roomJson } from '../output/rooms.ts';

export type RoomUpdateOptions = CommonOptions & RoomOptions & { name?: string };
export type RoomReopenOptions = CommonOptions & Pick<RoomOptions, 'until' | 'duration'>;

/** One room with its links and all that is set. */
export async function roomShow(nameOrId: string, options: CommonOptions): Promise<void> {
  await withRoom(nameOrId, options, async (room, admin) =>
    tell(room, admin, options, { details: true, links: true }),
  );
}

/** Changes what the options name, and nothing else. */
export async function roomUpdate(nameOrId: string, options: RoomUpdateOptions): Promise<void> {
  await withRoom(nameOrId, options, async (room, admin) => {
    const settings = settingsOf(options);
    const window = newWindowOf(options, settings.timeZone ?? room.timeZone, room, admin.now());
    const given = { name: options.name, ...settings, ...window };
    const changes = defined(given);
    if (Object.keys(changes).length === 0)
      throw new UserError('Nothing to change was given', { usage: true });
    const updated = await updateRoom(admin, room, changes);
    await tell(updated, admin, options, { details: true });
    const isMoved = Object.keys(defined(window)).length > 0;
    if (isMoved)
      noteMoved(updated, await admin.store.rooms.links(room.id), { now: admin.now(), json: options.json });
  });
}

const defined = (values: object) =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));

/** A start alone as 10:00 stays on the room's day; an end is the next such time of a room that is open already. */
function newWindowOf(options: RoomOptions, zone: string, { from }: RoomRecord, now: Date): WindowRequest {
  const { until, ...start } = options;
  const window = windowOf(start, zone, from);
  if (until === undefined) return window;
  if (options.duration !== undefined) return windowOf(options, zone, from);
  const opens = window.from ?? from;
  return { ...window, ...windowOf({ until }, zone, opens > now ? opens : now), from: window.from };
}

/** Nobody comes in from now on, and who is in the room has to go. */
export async function roomClose(nameOrId: string, options: Confirming): Promise<void> {
  await withRoom(nameOrId, options, async (room, admin) => {
    await sayWhoIsPutOut(admin, room, options);
    const closed = await closeRoom(admin, room);
    await tell(closed, admin, options);
    const links = await admin.store.rooms.links(room.id);
    noteInvited(closed, links, { now: admin.now(), json: options.json });
  });
}

/** Lets people in again, within the window as it was or as the options give it. */
export async function roomReopen(nameOrId: string, options: RoomReopenOptions): Promise<void> {
  await withRoom(nameOrId, options, async (room, admin) => {
    const { until, durationMinutes } = windowOf(options, room.timeZone, admin.now());
    await tell(await reopenRoom(admin, room, { until, durationMinutes }), admin, options);
  });
}

/** Ends the call that goes on; people may come again while the room is open. */
export async function roomEnd(nameOrId: string, options: CommonOptions): Promise<void> {
  await withRoom(nameOrId, options, async (room, admin) => {
    const ended = await endCall(admin, room);
    if (options.json) printJson({ id: room.id, name: room.name, ended });
    else printLine(ended ? `The call in ${room.name} was ended.` : `Nobody is in the room ${room.name}.`);
  });
}

/** Deletes a room with all that is kept of it, when that is confirmed. */
export async function roomDelete(nameOrId: string, options: Confirming): Promise<void> {
  await withRoom(nameOrId, options, async (room, admin) => {
    const { people, text } = await peopleInside(admin, room);
    const what = [
      await deletionText(admin, room),
      ...(await untoldTexts(admin, room)),
      ...(text ? [text] : []),
    ];
    await confirm(what, options, { needsYes: true });
    if (text && people > 0 && options.yes && !options.json) printNote(text);
    await deleteRoom(admin, room);
    if (options.json) printJson({ id: room.id, name: room.name, deleted: true, people });
    else printLine(`The room ${room.name} was deleted.`);
  });
}

async function deletionText({ store }: CliAdmin, room: RoomRecord): Promise<string> {
  const scope = { roomId: room.id };
  const files = await store.records.countMessages(scope, { filesOnly: true });
  const messages = (await store.records.countMessages(scope)) - files;
  const stays = await store.records.countStays(scope);
  const kept = `${counted(stays, 'stay')}, ${counted(messages, 'message')} and ${counted(files, 'file')}`;
  return `This deletes the room ${room.name} with its links, ${kept} for good: export what is to be kept first.`;
}

/** Of a room that is still to come: who cannot be told any more without it. */
async function untoldTexts({ store, now }: CliAdmin, room: RoomRecord): Promise<string[]> {
  if (room.until <= now()) return [];
  const texts = toBeTold(room, await store.rooms.links(room.id));
  return texts.length === 0 ? [] : [`Tell its applicants first, too: ${texts.join('; ')}.`];
}

async function withRoom(
  nameOrId: string,
  options: CommonOptions,
  work: (room: RoomRecord, admin: CliAdmin) => Promise<void>,
): Promise<void> {
  await withAdmin(configOf(options), { create: false }, async (admin) =>
    work(await findRoom(admin, nameOrId), admin),
  );
}

async function tell(
  room: RoomRecord,
  { store, secret, config, now }: CliAdmin,
  { json }: CommonOptions,
  { details = false, links: withLinks = false } = {},
): Promise<void> {
  const publicUrl = await publicUrlOf(config);
  const links = linkUrls(publicUrl, secret, await store.rooms.links(room.id));
  const { openEarlyMinutes } = config.room;
  if (json) printJson(roomJson(room, links, now(), openEarlyMinutes));
  else printRoom(room, withLinks ? links : [], { details: details ? { openEarlyMinutes } : undefined });
  if (withLinks) noteLinks(publicUrl, { json });
}
