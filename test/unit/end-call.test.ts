import test from 'ava';
import { endCall } from '../../src/server/admin/rooms.ts';
import type { AuditEntry } from '../../src/server/room/audit.ts';

const room = { id: 'r', name: '9110-1-to' };

/** An administrator, and servers that answer so. */
function administrator(end: { ended: boolean; silent: string[] }) {
  const recorded: AuditEntry[] = [];
  const live = {
    isLive: async () => ({ live: true, silent: [] }),
    liveIds: async () => ({ ids: [room.id], silent: [] }),
    refresh: async () => undefined,
    end: async () => end,
  };
  const audit = { record: async (entries: AuditEntry[]) => void recorded.push(...entries) };
  const store = { audit } as never;
  return { admin: { store, now: () => new Date(), actor: 'cli:root', live }, recorded };
}

test('a call is said to be ended when it was, by a server that answered', async (t) => {
  const { admin, recorded } = administrator({ ended: true, silent: [] });
  t.true(await endCall(admin, room));
  t.is(recorded.length, 1);
});

test('a server that falls silent while it is to end the call is named: the call may go on', async (t) => {
  const { admin } = administrator({ ended: false, silent: ['http://10.0.0.2:3000'] });
  const error = await t.throwsAsync(endCall(admin, room), { code: 'unavailable' } as never);
  t.regex(error?.message ?? '', /the server at http:\/\/10\.0\.0\.2:3000 does not answer/);
});
