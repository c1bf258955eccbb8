import test from 'ava';
import type { Method, PeerState, Role } from '../../src/protocol/messages.ts';
import type { AppError } from '../../src/server/errors.ts';
import { Peer } from '../../src/server/room/Peer.ts';
import { assertMay, mayExchangeMedia, permissions } from '../../src/server/room/permissions.ts';
import { FakePeerSocket } from '../helpers/fake-room.ts';
import { aLink, aRoom } from '../helpers/store.ts';

type Asked = Exclude<Method, 'join'>;

function answer(role: Role, state: PeerState, method: Asked): string {
  const peer = new Peer(aLink(aRoom(), { role }), new FakePeerSocket());
  peer.state = state;
  try {
    assertMay(peer, method);
    return 'yes';
  } catch (error) {
    return (error as AppError).code;
  }
}

/** What each role may do in waiting, requesting, inCall: y yes, r wrong role, s wrong state. */
const expected: Partial<Record<Asked, { interviewer: string; applicant: string }>> = {
  enter: { interviewer: 'yss', applicant: 'rrr' },
  requestAdmission: { interviewer: 'rrr', applicant: 'yss' },
  cancelRequest: { interviewer: 'rrr', applicant: 'sys' },
  admit: { interviewer: 'ssy', applicant: 'rrr' },
  deny: { interviewer: 'ssy', applicant: 'rrr' },
  sendChat: { interviewer: 'ssy', applicant: 'ssy' },
};

const words: Record<string, string> = { y: 'yes', r: 'not_allowed', s: 'wrong_state' };

for (const method of Object.keys(permissions) as Asked[]) {
  test(`who may ${method}, and when`, (t) => {
    const states: PeerState[] = ['waiting', 'requesting', 'inCall'];
    for (const role of ['interviewer', 'applicant'] as const) {
      const row = expected[method]?.[role] ?? 'yyy';
      for (const [i, state] of states.entries()) {
        t.is(answer(role, state, method), words[row[i] as string] as string, `${role} ${state}`);
      }
    }
  });
}

test('media flows in the call alone', (t) => {
  t.deepEqual((['waiting', 'requesting', 'inCall'] as const).map(mayExchangeMedia), [false, false, true]);
});
