import type { Rooms } from '../room/Rooms.ts';
import type { LiveRooms } from './live.ts';

/** What a change means for people on this server and on the others of its database. */
export function liveEverywhere(here: Rooms, others: LiveRooms): LiveRooms {
  return {
    async refresh(roomId) {
      await Promise.all([here.refresh(roomId), others.refresh(roomId)]);
    },
    async end(roomId) {
      const ended = await Promise.all([here.end(roomId), others.end(roomId)]);
      return ended.some((each) => each);
    },
    async isLive(roomId) {
      return here.isLive(roomId) || others.isLive(roomId);
    },
    async liveIds() {
      const [rooms, elsewhere] = await Promise.all([here.all(), others.liveIds()]);
      return [...rooms.map(({ record }) => record.id), ...elsewhere];
    },
  };
}
