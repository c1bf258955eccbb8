import { randomBytes } from 'node:crypto';
import { newLinkId } from './links.ts';
import type { LinkRecord, RoomRecord } from './ports.ts';
import { checkedRoomName, receptionWindow, type WindowRequest } from './schedule.ts';

export type RoomRequest = WindowRequest & { name: string };
export type RoomDefaults = { now: Date; defaultMinutes: number; timeZone: string };

/** The part of the store that makes rooms: all or nothing; a name that exists is an error. */
export interface RoomMaker {
  createRoom(room: RoomRecord, links: LinkRecord[]): Promise<void>;
}

/**
 * Makes a room with its two links, with one interviewer's and one applicant's seat.
 * @throws {UserError} a name or window that cannot be, or a name that exists
 */
export async function createRoom(
  store: RoomMaker,
  request: RoomRequest,
  defaults: RoomDefaults,
): Promise<{ room: RoomRecord; links: LinkRecord[] }> {
  const room: RoomRecord = {
    id: randomBytes(16).toString('base64url'),
    name: checkedRoomName(request.name),
    ...receptionWindow(request, defaults),
    timeZone: defaults.timeZone,
    interviewerSeats: 1,
    applicantSeats: 1,
    entry: { microphone: true, camera: true, names: true },
  };
  const links = (['interviewer', 'applicant'] as const).map(
    (role): LinkRecord => ({ id: newLinkId(), roomId: room.id, role, version: 1, revokedAt: null }),
  );
  await store.createRoom(room, links);
  return { room, links };
}
