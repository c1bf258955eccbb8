/** A seat goes on on another device of the same person. */
import { AppError } from '../../errors.ts';
import type { Peer } from '../Peer.ts';
import type { Room } from '../Room.ts';
import type { Actions } from './action.ts';

export const movingActions: Actions<'moveSeat' | 'cancelMove' | 'answerMove'> = {
  moveSeat({ room, peer }, { name }) {
    const { moves } = room.people;
    const holder = moves.holderFor(peer, name);
    if (!holder)
      throw new AppError('not_found', 'nobody of this name has a seat by this link; type the same name');
    if (!room.mayAsk(peer))
      throw new AppError('too_fast', 'too many requests for a seat; ask again in a few seconds');
    if (needsNoAnswer(room, peer, holder)) return { resumeKey: move(room, holder, peer) };
    if (name) peer.introduce({ name });
    moves.ask(peer, holder);
    room.people.announceCounts();
    room.journal.note('seat.requested', peer, { subject: holder.id, details: { link: peer.linkId } });
    return { resumeKey: null };
  },

  cancelMove({ room, peer }) {
    room.people.moves.cancel(peer);
    room.people.announceCounts();
    return null;
  },

  answerMove({ room, peer }, { peerId, allowed }) {
    const { moves } = room.people;
    const asked = moves.find(peerId);
    if (!asked) throw new AppError('wrong_state', 'this person is not asking for a seat any more');
    const { asker, holder } = asked;
    if (allowed) {
      moves.grant(asker);
      asker.socket?.notify('seatMoved', { resumeKey: move(room, holder, peer) });
      return null;
    }
    moves.cancel(asker);
    room.people.announceCounts();
    asker.socket?.notify('moveRefused', {});
    room.journal.note('seat.refused', peer, { subject: holder.id, details: { link: holder.linkId } });
    return null;
  },
};

/**
 * A link that has one person's name is that person's on every device. And where an interviewer has lost the line, there may be nobody
 * who could agree: whoever holds the link comes in anyway, as soon as the seat is given up.
 */
function needsNoAnswer({ people }: Room, asker: Peer, holder: Peer): boolean {
  if (asker.isOnlyOne) return true;
  if (holder.role !== 'interviewer' || holder.connected) return false;
  return ![...people].some(
    ({ role, state, connected }) => role === 'interviewer' && state === 'inCall' && connected,
  );
}

/** @returns the key with which the seat is joined: who had it until then is told, and may come back with the same one */
function move(room: Room, holder: Peer, by: Peer): string {
  room.journal.note('seat.moved', by, { subject: holder.id, details: { link: holder.linkId } });
  const resumeKey = holder.shareKey();
  room.keepSeat(holder);
  return resumeKey;
}
