import type { Method, PersonState, Role } from '../../protocol/messages.ts';
import { AppError } from '../errors.ts';

type Rule = { roles: readonly Role[]; states: readonly PersonState[] };

const anyone = ['interviewer', 'applicant'] as const;
const interviewer = ['interviewer'] as const;
const always = ['waiting', 'requesting', 'inCall', 'held'] as const;
/** What the environment check takes. */
const earlyToo = ['early', ...always] as const;
const admitted = ['inCall', 'held'] as const;

/** What can be asked for: the requests of the WebSocket but the first, and what goes over HTTP. */
export type Action = Exclude<Method, 'join'> | 'sendFile' | 'readFile';

/**
 * Who may ask for what, in which state: the one table. Opening and warming media is allowed while waiting;
 * whether packets flow is `mayExchangeMedia`'s to say.
 */
export const permissions: Record<Action, Rule> = {
  enter: { roles: interviewer, states: ['waiting'] },
  requestAdmission: { roles: ['applicant'], states: ['waiting'] },
  cancelRequest: { roles: ['applicant'], states: ['requesting'] },
  admit: { roles: interviewer, states: ['inCall'] },
  deny: { roles: interviewer, states: ['inCall'] },
  moveSeat: { roles: anyone, states: ['waiting'] },
  cancelMove: { roles: anyone, states: ['waiting'] },
  answerMove: { roles: interviewer, states: ['inCall'] },
  extend: { roles: interviewer, states: ['inCall'] },
  ping: { roles: anyone, states: earlyToo },
  leave: { roles: anyone, states: earlyToo },
  sendChat: { roles: anyone, states: admitted },
  readChat: { roles: anyone, states: admitted },
  sendFile: { roles: anyone, states: admitted },
  readFile: { roles: anyone, states: admitted },
  deleteMessage: { roles: anyone, states: admitted },
  clearChat: { roles: interviewer, states: ['inCall'] },
  setHand: { roles: anyone, states: admitted },
  setSharing: { roles: anyone, states: ['inCall'] },
  setQuality: { roles: anyone, states: always },
  setHold: { roles: interviewer, states: ['inCall'] },
  capture: { roles: interviewer, states: ['inCall'] },
  turnOffAll: { roles: interviewer, states: ['inCall'] },
  setEntry: { roles: interviewer, states: always },
  setWaitingMessage: { roles: interviewer, states: always },
  setAtCheck: { roles: anyone, states: always },
  reportCheck: { roles: anyone, states: always },
  setDevices: { roles: anyone, states: always },
  openMedia: { roles: anyone, states: earlyToo },
  closeMedia: { roles: anyone, states: earlyToo },
  createTransport: { roles: anyone, states: earlyToo },
  connectTransport: { roles: anyone, states: earlyToo },
  restartIce: { roles: anyone, states: earlyToo },
  transportStatus: { roles: anyone, states: earlyToo },
  produce: { roles: anyone, states: earlyToo },
  closeProducer: { roles: anyone, states: earlyToo },
  resumeConsumer: { roles: anyone, states: earlyToo },
};

/** The gate on media: the only place that decides from a state whether packets may flow to and from a peer. */
export const mayExchangeMedia = (state: PersonState) => state === 'inCall';

/** @throws {AppError} not_allowed for the wrong role, wrong_state for the wrong moment */
export function assertMay(peer: { role: Role; state: PersonState }, action: Action): void {
  const rule = permissions[action];
  if (!rule.roles.includes(peer.role)) throw new AppError('not_allowed', `${peer.role} may not ${action}`);
  if (!rule.states.includes(peer.state))
    throw new AppError('wrong_state', `cannot ${action} while ${peer.state}`);
}
