import { DateTime } from 'luxon';
import { createRooms } from '../server/admin/rooms.ts';
import type { RoomWithLinks } from '../server/store/index.ts';
import type { CliAdmin } from './context.ts';

/**
 * The room to try things in: demo-YYYY-MM-DD, made when it is not there or has closed (then with a number
 * after its name).
 */
export async function demoRoom(admin: CliAdmin): Promise<RoomWithLinks> {
  const { store, config, now } = admin;
  const base = `demo-${DateTime.fromJSDate(now(), { zone: config.room.timeZone }).toISODate()}`;
  for (let number = 1; ; number++) {
    const name = number === 1 ? base : `${base}-${number}`;
    const room = await store.rooms.find(name);
    if (!room) return makeRoom(admin, name);
    const links = await store.rooms.links(room.id);
    const usable = !room.closedAt && room.until > now() && links.every((link) => !link.revokedAt);
    if (usable) return { room, links };
  }
}

async function makeRoom(admin: CliAdmin, name: string): Promise<RoomWithLinks> {
  const [made] = await createRooms(admin, [{ name }], admin.config.room);
  if (!made) throw new Error('no room was made');
  return made;
}
