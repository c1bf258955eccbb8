import { assertMayBeCaptured } from '../../room/capture.ts';
import { setDevices, setQuality, setSharing, turnOff } from '../../room/devices.ts';
import { setHold } from '../../room/hold.ts';
import type { Handlers } from './index.ts';

export const callHandlers: Handlers<
  | 'setDevices'
  | 'setHand'
  | 'setSharing'
  | 'setQuality'
  | 'setHold'
  | 'capture'
  | 'turnOffAll'
  | 'setEntry'
  | 'reportCheck'
> = {
  setDevices({ room, peer }, { heard, ...wish }) {
    setDevices(room, peer, wish, heard);
    return null;
  },

  setHand({ room, peer }, { raised }) {
    peer.handRaised = raised;
    room.announce(peer);
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

  setHold({ room, peer }, { peerId, held }) {
    const changed = setHold(room, room.peer(peerId), held);
    if (changed) room.note(held ? 'hold.started' : 'hold.ended', peer, { subject: peerId });
    return null;
  },

  capture({ room, peer }, { peerId }) {
    assertMayBeCaptured(room.peer(peerId));
    room.note('picture.captured', peer, { subject: peerId });
    return null;
  },

  turnOffAll({ room, peer }, { device }) {
    const off = { microphone: device === 'microphone', camera: device === 'camera' };
    for (const other of room.peers) {
      if (other !== peer && other.admitted) turnOff(room, other, off, 'interviewer');
    }
    return null;
  },

  async setEntry({ room }, entry) {
    await room.setEntry(entry);
    return null;
  },

  reportCheck({ peer }, { report }) {
    peer.check = report;
    return null;
  },
};
