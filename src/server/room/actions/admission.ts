/** Who is let into the call, by whom, and what leaving means. */
import { AppError } from '../../errors.ts';
import type { Peer } from '../Peer.ts';
import type { Room } from '../Room.ts';
import { callSnapshot } from '../snapshots.ts';
import type { Actions } from './action.ts';
import { turnOff } from './devices.ts';

/** Coming in and going. */
export const admissionActions: Actions<
  'enter' | 'requestAdmission' | 'cancelRequest' | 'admit' | 'deny' | 'leave'
> = {
  enter({ room, peer }, { company, name }) {
    assertSeat(room, peer);
    room.assertMayBegin();
    peer.introduce({ company, name });
    room.setState(peer, 'inCall');
    return callSnapshot(room, peer);
  },

  requestAdmission({ room, peer }, { name }) {
    assertSeat(room, peer);
    if (!room.mayAsk(peer))
      throw new AppError('too_fast', 'too many requests to be let in; ask again in a few seconds');
    peer.introduce({ name });
    room.setState(peer, 'requesting');
    room.journal.note('admission.requested', peer, { details: { link: peer.linkId } });
    return null;
  },

  cancelRequest({ room, peer }) {
    room.setState(peer, 'waiting');
    room.journal.note('admission.cancelled', peer);
    return null;
  },

  admit({ room, peer }, { peerId }) {
    const applicant = requesting(room, peerId);
    room.journal.note('admission.granted', peer, { subject: peerId, details: { link: applicant.linkId } });
    room.setState(applicant, 'inCall');
    applicant.socket?.notify('admitted', callSnapshot(room, applicant));
    const { microphone, camera } = room.people.entry;
    turnOff(room, applicant, { microphone: !microphone, camera: !camera }, 'entry');
    return null;
  },

  deny({ room, peer }, { peerId }) {
    const applicant = requesting(room, peerId);
    room.journal.note('admission.refused', peer, { subject: peerId });
    room.setState(applicant, 'waiting');
    applicant.socket?.notify('denied', {});
    return null;
  },

  // The call is the interviewer's: it ends with them.
  leave({ room, peer }) {
    const endsCall = peer.role === 'interviewer' && peer.state === 'inCall';
    const others = [...room.people].filter((other) => endsCall && other !== peer && other.admitted);
    for (const other of others) room.remove(other, 'interviewer_left');
    room.remove(peer, 'left');
    return null;
  },
};

function assertSeat({ people }: Room, peer: Peer): void {
  if (people.isSeatTaken(peer))
    throw new AppError('seat_taken', 'someone else is in the call with this link');
}

function requesting({ people }: Room, peerId: string): Peer {
  const applicant = people.get(peerId);
  if (applicant.state !== 'requesting')
    throw new AppError('wrong_state', 'this person is not asking to join any more');
  return applicant;
}
