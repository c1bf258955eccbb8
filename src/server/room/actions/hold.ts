/** Putting an applicant on hold: the gate of the media is shut meanwhile, in both directions. */
import { AppError } from '../../errors.ts';
import type { Peer } from '../Peer.ts';
import type { Room } from '../Room.ts';
import type { Actions } from './action.ts';

export const holdActions: Actions<'setHold'> = {
  setHold({ room, peer }, { peerId, held }) {
    const changed = setHold(room, room.people.get(peerId), held);
    if (changed) room.journal.note(held ? 'hold.started' : 'hold.ended', peer, { subject: peerId });
    return null;
  },
};

/**
 * @returns whether that changed anything
 * @throws {AppError} not_allowed for an interviewer, wrong_state for one who is not in the call
 */
export function setHold(room: Room, peer: Peer, held: boolean): boolean {
  if (peer.role !== 'applicant') throw new AppError('not_allowed', 'only an applicant can be put on hold');
  if (!peer.admitted) throw new AppError('wrong_state', 'this person is not in the call');
  const state = held ? 'held' : 'inCall';
  if (peer.state === state) return false;
  room.setState(peer, state);
  peer.socket?.notify('hold', { held });
  return true;
}
