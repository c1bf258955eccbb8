import { AppError } from '../../errors.ts';
import { turnOff } from '../../room/devices.ts';
import type { Peer } from '../../room/Peer.ts';
import type { Room } from '../../room/Room.ts';
import type { Handlers } from './index.ts';

export const admissionHandlers: Handlers<
  'enter' | 'requestAdmission' | 'cancelRequest' | 'admit' | 'deny' | 'leave'
> = {
  enter({ room, peer }, { company, name }) {
    assertSeat(room, peer);
    room.assertMayBegin();
    peer.company = company;
    peer.name = name;
    room.setState(peer, 'inCall');
    return room.callSnapshot(peer);
  },

  requestAdmission({ room, peer }, { name }) {
    assertSeat(room, peer);
    if (!room.mayAsk(peer))
      throw new AppError('too_fast', 'too many requests to be let in; ask again in a few seconds');
    peer.name = name;
    room.setState(peer, 'requesting');
    room.note('admission.requested', peer, { details: { link: peer.linkId } });
    return null;
  },

  cancelRequest({ room, peer }) {
    room.setState(peer, 'waiting');
    room.note('admission.cancelled', peer);
    return null;
  },

  admit({ room, peer }, { peerId }) {
    const applicant = requesting(room, peerId);
    room.note('admission.granted', peer, { subject: peerId, details: { link: applicant.linkId } });
    room.setState(applicant, 'inCall');
    applicant.socket?.notify('admitted', room.callSnapshot(applicant));
    const { microphone, camera } = room.entry;
    turnOff(room, applicant, { microphone: !microphone, camera: !camera }, 'entry');
    return null;
  },

  deny({ room, peer }, { peerId }) {
    const applicant = requesting(room, peerId);
    room.note('admission.refused', peer, { subject: peerId });
    room.setState(applicant, 'waiting');
    applicant.socket?.notify('denied', {});
    return null;
  },

  leave({ room, peer }) {
    const endsCall = peer.role === 'interviewer' && peer.state === 'inCall';
    const others = [...room.peers].filter((other) => endsCall && other !== peer && other.admitted);
    for (const other of others) room.remove(other, 'interviewer_left');
    room.remove(peer, 'left');
    return null;
  },
};

function assertSeat(room: Room, peer: Peer): void {
  if (room.isSeatTaken(peer)) throw new AppError('seat_taken', 'someone else is in the call with this link');
}

function requesting(room: Room, peerId: string): Peer {
  const applicant = room.peer(peerId);
  if (applicant.state !== 'requesting')
    throw new AppError('wrong_state', 'this person is not asking to join any more');
  return applicant;
}
