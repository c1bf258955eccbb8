import type { Rooms } from '../room/Rooms.ts';
import type { LiveRooms } from './live.ts';

/** What a change means for people on this server and on the others of its database. */
export function liveEverywhere(here: Rooms, others: LiveRooms): LiveRooms {
  return {
    async refresh(roomId) {
      await Promise.all([here.refresh(roomId), others.refresh(roomId)]);
    },
    async end(roomId) {
      const [endedHere, { ended, silent }] = await Promise.all([here.end(roomId), others.end(roomId)]);
      return { ended: endedHere || ended, silent };
    },
    async isLive(roomId) {
      return here.isLive(roomId) ? { live: true, silent: [] } : others.isLive(roomId);
    },
    async liveIds() {
      const [rooms, { ids, silent }] = await Promise.all([here.all(), others.liveIds()]);
      return { ids: [...rooms.map(({ record }) => record.id), ...ids], silent };
    },
  };
}
