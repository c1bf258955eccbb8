/** In which order transactions take what they change: one order, so that no two of them wait for each other. */
import test, { type ExecutionContext } from 'ava';
import { type Connection, createConnection } from 'mysql2/promise';
import { auditEntry } from '../../src/server/room/audit.ts';
import { openStore, type Store } from '../../src/server/store/index.ts';
import { sharedMariadb } from '../helpers/databases.ts';
import { TRANSACTIONS_MS } from '../helpers/mariadb.ts';
import { aLink, aMessage, aRoom, aSeat, aStay, putRoom, testConfig } from '../helpers/store.ts';
import { until } from '../helpers/until.ts';

type World = { store: Store; hold: Connection; look: Connection; database: string };

async function aDatabase(t: ExecutionContext): Promise<World> {
  const mariadb = await sharedMariadb();
  const url = await mariadb.database(t);
  // Who waits here is let go, however busy the machine is.
  const store = await openStore(await testConfig(t, url), { create: true, answerMs: 60_000 });
  t.teardown(() => store.close());
  const database = new URL(url).pathname.slice(1);
  const open = async () => {
    const options = { host: '127.0.0.1', port: mariadb.port, user: 'root', database };
    const connection = await createConnection(options);
    t.teardown(() => connection.end());
    return connection;
  };
  return { store, hold: await open(), look: await open(), database };
}

async function isWaiting({ look, database }: World): Promise<boolean> {
  const [rows] = await look.query(
    `SELECT trx_id FROM information_schema.INNODB_TRX JOIN information_schema.PROCESSLIST
      ON ID = trx_mysql_thread_id WHERE DB = '${database}' AND trx_state = 'LOCK WAIT'`,
  );
  return (rows as unknown[]).length > 0;
}

/** While `held` is somebody else's, `work` waits for it and has nothing of the `free` tables yet. */
async function waitsFirst(
  t: ExecutionContext,
  world: World,
  held: string,
  free: string[],
  work: () => Promise<unknown>,
) {
  const { hold, look } = world;
  await hold.query('BEGIN');
  await hold.query(`SELECT 1 FROM ${held} FOR UPDATE`);
  const working = work();
  await until('it waits', () => isWaiting(world), { everyMs: TRANSACTIONS_MS });
  await look.query('BEGIN');
  for (const table of free)
    await t.notThrowsAsync(look.query(`SELECT 1 FROM ${table} FOR UPDATE NOWAIT`), `${table} is free`);
  await look.query('ROLLBACK');
  await hold.query('ROLLBACK');
  await t.notThrowsAsync(working);
}

const OF_A_ROOM = ['links', 'stays', 'seats', 'messages', 'files', 'idempotency', 'audit_head'];

for (const [what, change] of Object.entries({
  'an update': (store, { room }) => store.rooms.update({ ...room, note: 'new' }, []),
  'a deletion': (store, { room }) => store.rooms.delete(room.id, []),
  'a new link': (store, { room }) => store.rooms.addLink(aLink(room, { label: 'x' }), [], () => undefined),
  'a revocation': (store, { link }) => store.rooms.revokeLink(link.id, new Date(), []),
  'a new address': (store, { link }) => store.rooms.reissueLink(link.id, []),
  'an erasure': (store, { room }) => store.erasure.erase(room.id, '佐藤花子', () => []),
  'the deletion of a message': (store, { room, message }) => store.deleteMessage(room.id, message.id),
  'the deletion of all messages': (store, { room }) => store.clearMessages(room.id),
} satisfies Record<string, (store: Store, made: Made) => Promise<unknown>>)) {
  test.serial(`${what} takes the room before all that belongs to it, and the audit's end last`, async (t) => {
    const world = await aDatabase(t);
    const made = await aRoomWithAll(world.store);
    await waitsFirst(t, world, `rooms WHERE id = '${made.room.id}'`, OF_A_ROOM, () =>
      change(world.store, made),
    );
  });
}

type Made = Awaited<ReturnType<typeof aRoomWithAll>>;

async function aRoomWithAll(store: Store) {
  const room = aRoom();
  const link = aLink(room, { label: '佐藤花子' });
  await putRoom(store, room, [link]);
  const stay = aStay(room, { linkId: link.id });
  await store.addStay(stay);
  await store.writeSeats('a-server', [aSeat(room, { linkId: link.id })], []);
  const file = { id: crypto.randomUUID(), name: 'a.txt', type: 'text/plain', bytes: 1 };
  const message = aMessage(room, { peerId: stay.peerId, file });
  await store.addMessage(message, Buffer.from('a'));
  return { room, link, message };
}

test.serial(
  'what changes webhooks and keys takes the audit’s end first, as their announcements do',
  async (t) => {
    const world = await aDatabase(t);
    const { store } = world;
    const webhook = {
      id: 'w',
      url: 'https://example.com/',
      events: ['room.opened' as const],
      createdAt: new Date(),
      disabledAt: null,
    };
    await store.webhooks.create(webhook, []);
    const entry = () => [auditEntry('webhook.disabled', { at: new Date(), roomId: null, actor: 'server' })];
    const free = ['webhooks', 'deliveries', 'api_keys'];
    await waitsFirst(t, world, 'audit_head', free, () =>
      store.webhooks.setDisabled('w', new Date(), entry()),
    );
    await waitsFirst(t, world, 'audit_head', free, () => store.webhooks.delete('w', entry()));
  },
);
