/** What of a person's own is on: devices, the shared screen, the quality; and what others turn off. */
import type { Quality, TurnedOff } from '../../../protocol/messages.ts';
import { AppError } from '../../errors.ts';
import type { DevicesOn, DevicesWish } from '../Devices.ts';
import type { Peer } from '../Peer.ts';
import type { Room } from '../Room.ts';
import type { Actions } from './action.ts';

export const deviceActions: Actions<'setDevices' | 'setSharing' | 'setQuality' | 'turnOffAll'> = {
  setDevices({ room, peer }, { heard, ...wish }) {
    setDevices(room, peer, wish, heard);
    return null;
  },

  setSharing({ room, peer }, { sharing }) {
    setSharing(room, peer, sharing);
    return null;
  },

  setQuality({ room, peer }, { quality }) {
    setQuality(room, peer, quality);
    return null;
  },

  turnOffAll({ room, peer }, { device }) {
    const off = { microphone: device === 'microphone', camera: device === 'camera' };
    const others = [...room.people].filter((other) => other !== peer && other.admitted);
    const told = others.filter((other) => turnOff(room, other, off, 'interviewer'));
    return { people: told.length };
  },
};

/** See `Devices.wish`. */
export function setDevices(room: Room, peer: Peer, wish: DevicesWish, heard?: string | null): void {
  peer.wishDevices(wish, heard);
  room.media.follow(peer);
  room.announce(peer);
}

/** Turns off what is named and tells the person, who may turn it on again. @returns whether any of it was on */
export function turnOff(room: Room, peer: Peer, off: DevicesOn, by: TurnedOff['by']): boolean {
  const news = peer.turnOff(off, by);
  if (!news) return false;
  room.media.follow(peer);
  room.announce(peer);
  peer.socket?.notify('turnedOff', news);
  return true;
}

/**
 * One person's screen at a time.
 * @throws {AppError} sharing_taken, wrong_state with sound only, too_fast
 */
export function setSharing(room: Room, peer: Peer, sharing: boolean): void {
  if (!sharing && !peer.sharing) return;
  if (sharing && peer.quality === 'audio')
    throw new AppError('wrong_state', 'no screen can be shared with sound only');
  if (sharing && [...room.people].some((other) => other !== peer && other.sharing))
    throw new AppError('sharing_taken', 'someone else is sharing their screen');
  if (sharing && !peer.sharing && !peer.sharingRate.take())
    throw new AppError('too_fast', 'a screen is shared too often; wait a moment');
  peer.share(sharing);
  room.media.follow(peer);
  room.announce(peer);
}

/** Sound alone ends a screen that is shared: it would be a picture. */
export function setQuality(room: Room, peer: Peer, quality: Quality): void {
  peer.chooseQuality(quality);
  room.media.followQuality(peer);
  room.keepSeat(peer);
  if (quality === 'audio' && peer.sharing) setSharing(room, peer, false);
}
