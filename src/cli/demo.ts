import { DateTime } from 'luxon';
import type { Config } from '../server/config.ts';
import { createRoom } from '../server/room/createRoom.ts';
import type { LinkRecord, RoomRecord } from '../server/room/ports.ts';
import type { Store } from '../server/store/index.ts';

/**
 * The room to try things in: demo-YYYY-MM-DD, made when it is not there or has closed (then with a number
 * after its name).
 */
export async function demoRoom(
  store: Pick<Store, 'findRoom' | 'listLinks' | 'createRoom'>,
  { room: { timeZone, durationMinutes } }: Config,
  now: Date,
): Promise<{ room: RoomRecord; links: LinkRecord[] }> {
  const base = `demo-${DateTime.fromJSDate(now, { zone: timeZone }).toISODate()}`;
  for (let number = 1; ; number++) {
    const name = number === 1 ? base : `${base}-${number}`;
    const room = await store.findRoom(name);
    if (!room) return createRoom(store, { name }, { now, defaultMinutes: durationMinutes, timeZone });
    const links = await store.listLinks(room.id);
    const usable = room.until > now && links.every((link) => !link.revokedAt);
    if (usable) return { room, links };
  }
}
