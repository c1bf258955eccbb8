import test from 'ava';
import type { PersonState, Role } from '../../src/protocol/messages.ts';
import type { AppError } from '../../src/server/errors.ts';
import { type Action, assertMay, mayExchangeMedia, permissions } from '../../src/server/room/permissions.ts';

function answer(role: Role, state: PersonState, method: Action): string {
  try {
    assertMay({ role, state }, method);
    return 'yes';
  } catch (error) {
    return (error as AppError).code;
  }
}

/** What each role may do in early, waiting, requesting, inCall, held: y yes, r wrong role, s wrong state. */
const expected: Partial<Record<Action, { interviewer: string; applicant: string }>> = {
  enter: { interviewer: 'sysss', applicant: 'rrrrr' },
  requestAdmission: { interviewer: 'rrrrr', applicant: 'sysss' },
  cancelRequest: { interviewer: 'rrrrr', applicant: 'ssyss' },
  admit: { interviewer: 'sssys', applicant: 'rrrrr' },
  deny: { interviewer: 'sssys', applicant: 'rrrrr' },
  moveSeat: { interviewer: 'sysss', applicant: 'sysss' },
  cancelMove: { interviewer: 'sysss', applicant: 'sysss' },
  answerMove: { interviewer: 'sssys', applicant: 'rrrrr' },
  extend: { interviewer: 'sssys', applicant: 'rrrrr' },
  sendChat: { interviewer: 'sssyy', applicant: 'sssyy' },
  sendFile: { interviewer: 'sssyy', applicant: 'sssyy' },
  readFile: { interviewer: 'sssyy', applicant: 'sssyy' },
  readChat: { interviewer: 'sssyy', applicant: 'sssyy' },
  deleteMessage: { interviewer: 'sssyy', applicant: 'sssyy' },
  clearChat: { interviewer: 'sssys', applicant: 'rrrrr' },
  setHand: { interviewer: 'sssyy', applicant: 'sssyy' },
  setSharing: { interviewer: 'sssys', applicant: 'sssys' },
  setHold: { interviewer: 'sssys', applicant: 'rrrrr' },
  capture: { interviewer: 'sssys', applicant: 'rrrrr' },
  turnOffAll: { interviewer: 'sssys', applicant: 'rrrrr' },
  setEntry: { interviewer: 'syyyy', applicant: 'rrrrr' },
  setQuality: { interviewer: 'syyyy', applicant: 'syyyy' },
  setAtCheck: { interviewer: 'syyyy', applicant: 'syyyy' },
  reportCheck: { interviewer: 'syyyy', applicant: 'syyyy' },
  setDevices: { interviewer: 'syyyy', applicant: 'syyyy' },
  setWaitingMessage: { interviewer: 'syyyy', applicant: 'rrrrr' },
};

const words: Record<string, string> = { y: 'yes', r: 'not_allowed', s: 'wrong_state' };

for (const method of Object.keys(permissions) as Action[]) {
  test(`who may ${method}, and when`, (t) => {
    const states: PersonState[] = ['early', 'waiting', 'requesting', 'inCall', 'held'];
    for (const role of ['interviewer', 'applicant'] as const) {
      const row = expected[method]?.[role] ?? 'yyyyy';
      for (const [i, state] of states.entries()) {
        t.is(answer(role, state, method), words[row[i] as string] as string, `${role} ${state}`);
      }
    }
  });
}

test('media flows in the call alone', (t) => {
  const states = ['early', 'waiting', 'requesting', 'inCall', 'held'] as const;
  t.deepEqual(states.map(mayExchangeMedia), [false, false, false, true, false]);
});
