import test from 'ava';
import { AuditGroup } from '../../src/server/room/AuditGroup.ts';
import { type AuditEntry, auditEntry } from '../../src/server/room/audit.ts';

const entry = (roomId: string) => auditEntry('room.opened', { at: new Date(0), roomId, actor: 'server' });

/** A store whose writes end when the test says so. */
function slowStore() {
  const writes: { rooms: (string | null)[]; end: () => void; fail: (error: Error) => void }[] = [];
  return {
    writes,
    recordAudit: (entries: AuditEntry[]) =>
      new Promise<void>((end, fail) => {
        writes.push({ rooms: entries.map(({ roomId }) => roomId), end, fail });
      }),
  };
}

const turns = async () => {
  for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve));
};

test('what rooms tell while one transaction is written goes into the next, in its order', async (t) => {
  const store = slowStore();
  const group = new AuditGroup(store);
  const first = group.recordAudit([entry('a')]);
  await turns();
  const rest = [group.recordAudit([entry('b'), entry('c')]), group.recordAudit([entry('d')])];
  await turns();
  t.deepEqual(
    store.writes.map(({ rooms }) => rooms),
    [['a']],
  );
  store.writes[0]?.end();
  await first;
  await turns();
  t.deepEqual(store.writes[1]?.rooms, ['b', 'c', 'd']);
  store.writes[1]?.end();
  await Promise.all(rest);
});

test('a write that fails is told to all whose entries were in it, and holds up no other', async (t) => {
  const store = slowStore();
  const group = new AuditGroup(store);
  const failed = [group.recordAudit([entry('a')]), group.recordAudit([entry('b')])];
  await turns();
  store.writes[0]?.fail(new Error('the database is away'));
  for (const each of failed) await t.throwsAsync(each, { message: 'the database is away' });
  const next = group.recordAudit([entry('c')]);
  await turns();
  t.deepEqual(store.writes[1]?.rooms, ['c']);
  store.writes[1]?.end();
  await next;
});

test('what cannot be written of one room keeps no other room’s from being written', async (t) => {
  const written: (string | null)[] = [];
  const group = new AuditGroup({
    async recordAudit(entries) {
      if (entries.some(({ roomId }) => roomId === 'bad')) throw new Error('this cannot be written');
      written.push(entries.map(({ roomId }) => roomId).join());
    },
  });
  const record = (rooms: string[]) =>
    Promise.allSettled(rooms.map((room) => group.recordAudit([entry(room)])));
  const statuses = async (rooms: string[]) => (await record(rooms)).map(({ status }) => status);
  t.deepEqual(await statuses(['a', 'bad', 'b']), ['rejected', 'rejected', 'rejected']);
  t.deepEqual(await statuses(['a', 'bad', 'b']), ['fulfilled', 'rejected', 'fulfilled']);
  t.deepEqual(await statuses(['c', 'd']), ['fulfilled', 'fulfilled']);
  t.deepEqual(written, ['a', 'b', 'c,d']);
});
