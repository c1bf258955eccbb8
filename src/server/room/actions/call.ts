/** What else is done in a call. */
import { AppError } from '../../errors.ts';
import type { Actions } from './action.ts';

/** Raised hands, what interviewers set for the room, and the outcome of a check. */
export const callActions: Actions<
  'setHand' | 'extend' | 'setEntry' | 'setWaitingMessage' | 'setAtCheck' | 'reportCheck'
> = {
  setHand({ room, peer }, { raised }) {
    if (raised === peer.handRaised) return null;
    if (raised && !peer.handRate.take())
      throw new AppError('too_fast', 'the hand is raised too often; wait a moment');
    peer.raiseHand(raised);
    room.announce(peer);
    return null;
  },

  async extend({ room, peer }, params) {
    await room.settings.extend(peer, params);
    return null;
  },

  async setEntry({ room }, entry) {
    await room.settings.setEntry(entry);
    return null;
  },

  async setWaitingMessage({ room }, { text }) {
    await room.settings.setWaitingMessage(text);
    return null;
  },

  setAtCheck({ room, peer }, { atCheck }) {
    if (atCheck === peer.presence.isAtCheck) return null;
    if (!peer.checkRate.take())
      throw new AppError('too_fast', 'the environment check is opened and left too often; wait a moment');
    peer.presence.setAtCheck(atCheck);
    room.people.announceCounts();
    return null;
  },

  reportCheck({ peer }, { report }) {
    peer.reportCheck(report);
    return null;
  },
};
