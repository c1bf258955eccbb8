/** Rooms and their links. */
import { z } from 'zod';
import { addApplicant, reissueLink, revokeLink, setEmail } from '../admin/links.ts';
import { silentText, untilItAnswers } from '../admin/live.ts';
import { closeRoom, createRooms, deleteRoom, endCall, reopenRoom, updateRoom } from '../admin/rooms.ts';
import { UserError } from '../errors.ts';
import type { LinkRecord, RoomRecord } from '../room/records.ts';
import { type Operation, type OperationContext, operation, type Reply } from './operation.ts';
import { Problem } from './problems.ts';
import { cursorOf, linkBody, placeOf, roomBody } from './represent.ts';
import {
  bookedRoomSchema,
  endedSchema,
  linkChangesSchema,
  linkListSchema,
  linkSchema,
  newLinkSchema,
  newRoomSchema,
  reopenSchema,
  roomChangesSchema,
  roomPageSchema,
  roomQuery,
  roomSchema,
} from './schemas.ts';

const place = z.strictObject({ from: z.iso.datetime().transform((text) => new Date(text)), id: z.string() });
const dateOf = (text: string | undefined) => (text === undefined ? undefined : new Date(text));

/** Making, reading, changing and ending rooms. */
export const roomOperations: Operation[] = [
  operation({
    id: 'listRooms',
    method: 'get',
    path: '/rooms',
    summary: 'List rooms by their time',
    scope: 'rooms:read',
    query: roomQuery,
    status: 200,
    answer: roomPageSchema,
    async run({ options, admin, query: { name, from, until, endedBy, live, order, limit, cursor } }) {
      const asked = {
        name,
        from: dateOf(from),
        until: dateOf(until),
        endedBy: dateOf(endedBy),
        ...(live === 'true' && { ids: await liveIdsOf(admin) }),
        latestFirst: order === 'latest',
        after: placeOf(cursor, place),
      };
      // One more says whether there is another page.
      const found = await admin.store.rooms.list({ ...asked, limit: limit + 1 });
      const rooms = found.slice(0, limit);
      const last = rooms.at(-1);
      const next = found.length > limit && last ? cursorOf({ from: last.from, id: last.id }) : null;
      return { body: { items: rooms.map((room) => shownRoom(options, room, admin.now())), next } };
    },
  }),
  operation({
    id: 'createRoom',
    method: 'post',
    path: '/rooms',
    summary: 'Make a room with its links',
    scope: 'rooms:write',
    body: newRoomSchema,
    status: 201,
    answer: bookedRoomSchema,
    async run({ options, admin, body: { from, until, ...body } }) {
      const request = { ...body, from: dateOf(from), until: dateOf(until) };
      assertOneEnd(request);
      const [made] = await createRooms(admin, [request], options.rooms);
      if (!made) throw new Error('no room was made');
      const { room, links } = made;
      return {
        body: { ...shownRoom(options, room, admin.now()), links: links.map((link) => shown(options, link)) },
        roomId: room.id,
        location: `/rooms/${room.id}`,
        version: room.version,
      };
    },
  }),
  operation({
    id: 'getRoom',
    method: 'get',
    path: '/rooms/{roomId}',
    summary: 'See a room',
    scope: 'rooms:read',
    status: 200,
    answer: roomSchema,
    run: async (context) => roomReply(context, await roomOf(context)),
  }),
  operation({
    id: 'updateRoom',
    method: 'patch',
    path: '/rooms/{roomId}',
    summary: 'Change a room; people who are in it stay',
    scope: 'rooms:write',
    body: roomChangesSchema,
    ifMatch: 'required',
    status: 200,
    answer: roomSchema,
    async run(context) {
      const { from, until, ...body } = context.body;
      const changes = {
        ...body,
        ...(from && { from: dateOf(from) }),
        ...(until && { until: dateOf(until) }),
      };
      assertOneEnd(changes);
      return roomReply(context, await updateRoom(context.admin, await unchanged(context), changes));
    },
  }),
  operation({
    id: 'deleteRoom',
    method: 'delete',
    path: '/rooms/{roomId}',
    summary: 'Delete a room with its links, attendance, messages and files; a call in it ends',
    scope: 'rooms:write',
    ifMatch: 'required',
    status: 204,
    answer: null,
    async run(context) {
      await deleteRoom(context.admin, await unchanged(context));
      return {};
    },
  }),
  operation({
    id: 'closeRoom',
    method: 'post',
    path: '/rooms/{roomId}/close',
    summary: 'Let nobody in from now on, and end the running call',
    scope: 'rooms:write',
    ifMatch: 'optional',
    status: 200,
    answer: roomSchema,
    run: async (context) => roomReply(context, await closeRoom(context.admin, await unchanged(context))),
  }),
  operation({
    id: 'reopenRoom',
    method: 'post',
    path: '/rooms/{roomId}/reopen',
    summary: 'Let people in again',
    scope: 'rooms:write',
    body: reopenSchema,
    ifMatch: 'optional',
    status: 200,
    answer: roomSchema,
    async run(context) {
      const { until, durationMinutes } = context.body;
      const window = { until: dateOf(until), durationMinutes };
      assertOneEnd(window);
      return roomReply(context, await reopenRoom(context.admin, await unchanged(context), window));
    },
  }),
  operation({
    id: 'endCall',
    method: 'post',
    path: '/rooms/{roomId}/end',
    summary: 'End the running call; the room stays open',
    scope: 'rooms:write',
    status: 200,
    answer: endedSchema,
    async run(context) {
      return { body: { ended: await endCall(context.admin, await roomOf(context)) } };
    },
  }),
];

/** Their links. */
export const linkOperations: Operation[] = [
  operation({
    id: 'listLinks',
    method: 'get',
    path: '/rooms/{roomId}/links',
    summary: 'List a room’s links, the interviewers’ first',
    scope: 'links:read',
    status: 200,
    answer: linkListSchema,
    async run(context) {
      const links = await context.admin.store.rooms.links((await roomOf(context)).id);
      return { body: { items: links.map((link) => shown(context.options, link)) } };
    },
  }),
  operation({
    id: 'addApplicant',
    method: 'post',
    path: '/rooms/{roomId}/links',
    summary: 'Add an applicant, with a link of their own',
    scope: 'rooms:write',
    body: newLinkSchema,
    ifMatch: 'optional',
    status: 201,
    answer: linkSchema,
    async run(context) {
      const { applicant, email } = context.body;
      const link = await addApplicant(context.admin, await unchanged(context), applicant, email);
      return { body: shown(context.options, link) };
    },
  }),
  operation({
    id: 'updateLink',
    method: 'patch',
    path: '/rooms/{roomId}/links/{linkId}',
    summary: 'Change where an applicant is written to',
    scope: 'rooms:write',
    body: linkChangesSchema,
    status: 200,
    answer: linkSchema,
    run: async (context) => ({
      body: shown(context.options, await setEmail(context.admin, await linkOf(context), context.body.email)),
    }),
  }),
  operation({
    id: 'reissueLink',
    method: 'post',
    path: '/rooms/{roomId}/links/{linkId}/reissue',
    summary: 'Replace a link; the old one is refused at once, and whoever came by it has to leave',
    scope: 'rooms:write',
    status: 200,
    answer: linkSchema,
    run: async (context) => ({
      body: shown(context.options, await reissueLink(context.admin, await linkOf(context))),
    }),
  }),
  operation({
    id: 'revokeLink',
    method: 'post',
    path: '/rooms/{roomId}/links/{linkId}/revoke',
    summary: 'Revoke a link; whoever came by it has to leave',
    scope: 'rooms:write',
    status: 200,
    answer: linkSchema,
    run: async (context) => ({
      body: shown(context.options, await revokeLink(context.admin, await linkOf(context))),
    }),
  }),
];

/** @throws {UserError} unavailable: rooms may be live on a server that does not answer */
async function liveIdsOf({ live }: OperationContext['admin']): Promise<string[]> {
  const { ids, silent } = await live.liveIds();
  if (silent.length === 0) return ids;
  throw new UserError(
    `Which rooms are live is not known: ${silentText(silent)}. ${untilItAnswers(silent)}, then try again.`,
    { code: 'unavailable' },
  );
}

/** @throws {UserError} not_found */
export async function roomOf({ admin, params: { roomId = '' } }: OperationContext): Promise<RoomRecord> {
  const room = await admin.store.rooms.get(roomId);
  if (room) return room;
  throw new UserError(`There is no room ${roomId}.`, { code: 'not_found' });
}

/** By its id alone, which an applicant's name may look like. @throws {UserError} not_found */
async function linkOf(context: OperationContext): Promise<LinkRecord> {
  const { linkId } = context.params;
  const links = await context.admin.store.rooms.links((await roomOf(context)).id);
  const link = links.find(({ id }) => id === linkId);
  if (link) return link;
  throw new UserError(`There is no link ${linkId} of this room.`, { code: 'not_found' });
}

/** The room, when it is still as the caller has seen it. @throws {Problem} changed */
async function unchanged(context: OperationContext): Promise<RoomRecord> {
  const room = await roomOf(context);
  const { ifMatch } = context;
  const given = ifMatch?.split(',').map((tag) => tag.trim());
  if (!given || given.includes('*') || given.includes(etagOf(room.version))) return room;
  throw new Problem(
    'changed',
    `The room is at version ${room.version} by now: read it again, then change that.`,
  );
}

/** The version of a room as a header says it. */
export const etagOf = (version: number) => `"${version}"`;

const roomReply = ({ admin, options }: OperationContext, room: RoomRecord): Reply => ({
  body: shownRoom(options, room, admin.now()),
  version: room.version,
});

const shownRoom = ({ rooms }: OperationContext['options'], room: RoomRecord, now: Date) =>
  roomBody(room, now, rooms.openEarlyMinutes);

const shown = ({ secret, publicUrl }: OperationContext['options'], link: LinkRecord) =>
  linkBody(link, { secret, publicUrl: publicUrl() });

function assertOneEnd({ until, durationMinutes }: { until?: Date; durationMinutes?: number }): void {
  if (until === undefined || durationMinutes === undefined) return;
  throw new UserError('until and durationMinutes say the same thing', {
    remedy: 'give one of them.',
    usage: true,
  });
}
