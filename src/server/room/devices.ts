/** What of a person's own is on: devices, the shared screen, the quality. */
import type { Quality } from '../../protocol/messages.ts';
import { AppError } from '../errors.ts';
import type { Peer } from './Peer.ts';
import type { Room } from './Room.ts';

export type DevicesOn = { microphone: boolean; camera: boolean };

export function setDevices(room: Room, peer: Peer, { microphone, camera }: DevicesOn): void {
  peer.devices = { microphone, camera };
  room.applySources(peer);
  room.announce(peer);
}

/** Turns off what is named and tells the person, who may turn it on again. What is off already stays untold. */
export function turnOff(room: Room, peer: Peer, off: DevicesOn, by: 'entry' | 'interviewer'): void {
  const { microphone, camera } = peer.devices;
  const changes = { microphone: off.microphone && microphone, camera: off.camera && camera };
  if (!changes.microphone && !changes.camera) return;
  setDevices(room, peer, {
    microphone: microphone && !off.microphone,
    camera: camera && !off.camera,
  });
  peer.socket?.notify('turnedOff', { ...changes, by });
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
