import test from 'ava';
import type { PeerState, Role } from '../../src/protocol/messages.ts';
import type { AppError } from '../../src/server/errors.ts';
import { type Action, assertMay, mayExchangeMedia, permissions } from '../../src/server/room/permissions.ts';
import { aPeer } from '../helpers/fake-room.ts';
import { aLink, aRoom } from '../helpers/store.ts';

function answer(role: Role, state: PeerState, method: Action): string {
  const peer = aPeer(aLink(aRoom(), { role }), state);
  try {
    assertMay(peer, method);
    return 'yes';
  } catch (error) {
    return (error as AppError).code;
  }
}

/** What each role may do in waiting, requesting, inCall, held: y yes, r wrong role, s wrong state. */
const expected: Partial<Record<Action, { interviewer: string; applicant: string }>> = {
  enter: { interviewer: 'ysss', applicant: 'rrrr' },
  requestAdmission: { interviewer: 'rrrr', applicant: 'ysss' },
  cancelRequest: { interviewer: 'rrrr', applicant: 'syss' },
  admit: { interviewer: 'ssys', applicant: 'rrrr' },
  deny: { interviewer: 'ssys', applicant: 'rrrr' },
  sendChat: { interviewer: 'ssyy', applicant: 'ssyy' },
  sendFile: { interviewer: 'ssyy', applicant: 'ssyy' },
  readFile: { interviewer: 'ssyy', applicant: 'ssyy' },
  readChat: { interviewer: 'ssyy', applicant: 'ssyy' },
  deleteMessage: { interviewer: 'ssyy', applicant: 'ssyy' },
  clearChat: { interviewer: 'ssys', applicant: 'rrrr' },
  setHand: { interviewer: 'ssyy', applicant: 'ssyy' },
  setSharing: { interviewer: 'ssys', applicant: 'ssys' },
  setHold: { interviewer: 'ssys', applicant: 'rrrr' },
  capture: { interviewer: 'ssys', applicant: 'rrrr' },
  turnOffAll: { interviewer: 'ssys', applicant: 'rrrr' },
  setEntry: { interviewer: 'yyyy', applicant: 'rrrr' },
  setWaitingMessage: { interviewer: 'yyyy', applicant: 'rrrr' },
};

const words: Record<string, string> = { y: 'yes', r: 'not_allowed', s: 'wrong_state' };

for (const method of Object.keys(permissions) as Action[]) {
  test(`who may ${method}, and when`, (t) => {
    const states: PeerState[] = ['waiting', 'requesting', 'inCall', 'held'];
    for (const role of ['interviewer', 'applicant'] as const) {
      const row = expected[method]?.[role] ?? 'yyyy';
      for (const [i, state] of states.entries()) {
        t.is(answer(role, state, method), words[row[i] as string] as string, `${role} ${state}`);
      }
    }
  });
}

test('media flows in the call alone', (t) => {
  const states = ['waiting', 'requesting', 'inCall', 'held'] as const;
  t.deepEqual(states.map(mayExchangeMedia), [false, false, true, false]);
});
