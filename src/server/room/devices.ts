/** What of a person's own is on: devices, the shared screen, the quality. */
import { randomUUID } from 'node:crypto';
import type { Quality, TurnedOff } from '../../protocol/messages.ts';
import { AppError } from '../errors.ts';
import type { Peer } from './Peer.ts';
import type { Room } from './Room.ts';

export type DevicesOn = { microphone: boolean; camera: boolean };

/**
 * @param heard the newest `turnedOff` of which the page knew: a wish from before it turns nothing on again, whether the
 *   two crossed on the line or the page was away meanwhile
 */
export function setDevices(room: Room, peer: Peer, wish: DevicesOn, heard?: string | null): void {
  const { turnedOff } = peer;
  const isFromBefore = turnedOff !== null && heard !== undefined && heard !== turnedOff.id;
  const on = isFromBefore ? without(wish, turnedOff) : { microphone: wish.microphone, camera: wish.camera };
  peer.devices = on;
  peer.turnedOff = turnedOff && stillOff(turnedOff, on);
  room.applySources(peer);
  room.announce(peer);
}

/**
 * Turns off what is named and tells the person, who may turn it on again. What is off already stays untold, but to who is
 * away: the page comes back with a wish of its own.
 */
export function turnOff(room: Room, peer: Peer, off: DevicesOn, by: TurnedOff['by']): void {
  const on = peer.connected ? peer.devices : { microphone: true, camera: true };
  const changes = { microphone: off.microphone && on.microphone, camera: off.camera && on.camera };
  if (!changes.microphone && !changes.camera) return;
  const told = { id: randomUUID(), ...changes, by };
  const before = peer.turnedOff;
  peer.devices = without(peer.devices, changes);
  peer.turnedOff = {
    ...told,
    microphone: told.microphone || before?.microphone === true,
    camera: told.camera || before?.camera === true,
  };
  room.applySources(peer);
  room.announce(peer);
  peer.socket?.notify('turnedOff', told);
}

function without(on: DevicesOn, off: DevicesOn): DevicesOn {
  return { microphone: on.microphone && !off.microphone, camera: on.camera && !off.camera };
}

/** null: the person has turned all of it on again. */
function stillOff(told: TurnedOff, on: DevicesOn): TurnedOff | null {
  const microphone = told.microphone && !on.microphone;
  const camera = told.camera && !on.camera;
  return microphone || camera ? { ...told, microphone, camera } : null;
}

/**
 * One person's screen at a time.
 * @throws {AppError} sharing_taken, wrong_state with sound only
 */
export function setSharing(room: Room, peer: Peer, sharing: boolean): void {
  if (sharing && peer.quality === 'audio')
    throw new AppError('wrong_state', 'with sound only no screen is shared');
  if (sharing && [...room.peers].some((other) => other !== peer && other.sharing))
    throw new AppError('sharing_taken', 'someone else is sharing their screen');
  peer.sharing = sharing;
  room.applySources(peer);
  room.announce(peer);
}

export function setQuality(room: Room, peer: Peer, quality: Quality): void {
  peer.quality = quality;
  room.media.setQuality(peer.id, quality);
  room.keepSeat(peer);
  if (quality === 'audio' && peer.sharing) setSharing(room, peer, false);
}
