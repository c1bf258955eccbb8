import type { RoomInfo } from '../../protocol/messages.ts';
import { closingTime } from './openLink.ts';
import type { RoomRecord } from './records.ts';

/** What people are told of a room. */
export function roomInfo(room: RoomRecord): RoomInfo {
  const { name, title, company, from, timeZone } = room;
  return { name, title, company, from: from.toISOString(), until: closingTime(room).toISOString(), timeZone };
}
