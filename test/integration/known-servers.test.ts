/** The servers that the database knows: each before it takes people, and none for ever. */
import Database from 'libsql';
import type { Config } from '../../src/server/config.ts';
import { sqliteFile } from '../../src/server/store/connection.ts';
import { keepServer } from '../../src/server/store/serverKeeper.ts';
import { join } from '../helpers/client.ts';
import { onBothDatabases, sharedMariadb } from '../helpers/databases.ts';
import { serverConfig, startServer } from '../helpers/server.ts';
import { aLink, aRoom, aSeat, putRoom, testConfig, testStore } from '../helpers/store.ts';
import { until } from '../helpers/until.ts';

const UNKNOWN = 'a seat names a server that nobody knows';

/** Has the database refuse a seat of a server that it does not know. */
async function watchSeats(config: Config, url?: string): Promise<void> {
  const isUnknown =
    'NEW.server_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM servers WHERE id = NEW.server_id)';
  for (const event of ['INSERT', 'UPDATE']) {
    const on = `CREATE TRIGGER known_${event} BEFORE ${event} ON seats FOR EACH ROW`;
    if (url) {
      const refuse = `SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = '${UNKNOWN}'`;
      const name = new URL(url).pathname.slice(1);
      await (await sharedMariadb()).query(`USE ${name}; ${on} IF ${isUnknown} THEN ${refuse}; END IF`);
    } else {
      const database = new Database(sqliteFile(config));
      database.exec(`${on} WHEN ${isUnknown} BEGIN SELECT RAISE(ABORT, '${UNKNOWN}'); END`);
      database.close();
    }
  }
}

onBothDatabases(
  'no seat ever names a server that the database does not know: others would take it',
  async (t, url) => {
    const config = await serverConfig(t, { 'database.url': url });
    const store = await testStore(t, config);
    const room = aRoom({ from: new Date(Date.now() - 60_000), until: new Date(Date.now() + 3_600_000) });
    const link = aLink(room, { role: 'applicant' });
    await putRoom(store, room, [link]);
    const left = aSeat(room, { serverId: null, linkId: link.id });
    await store.writeSeats('gone', [left], []);
    await watchSeats(config, url);
    await t.throwsAsync(store.writeSeats('nobody', [aSeat(room, { serverId: 'nobody' })], []), {
      message: new RegExp(UNKNOWN),
    });

    const server = await startServer(t, { 'database.url': url, dataDir: config.dataDir });
    const [{ id } = { id: '' }] = await store.servers.list(new Date());
    const serverOf = async (peer: string) =>
      (await store.readSeats()).find(({ peerId }) => peerId === peer)?.serverId;
    t.is(await serverOf(left.peerId), id, 'it is taken over');
    const { joined } = await join(t, server, (await server.room()).tokens.interviewer);
    await until('the newcomer’s seat is stored', async () => (await serverOf(joined.peerId)) === id);
    await server.close();
    t.is(await serverOf(joined.peerId), id, 'it is kept for the next server');
    t.deepEqual(await store.servers.list(new Date()), []);
    t.deepEqual(
      server.log.filter(({ level }) => Number(level) >= 50),
      [],
    );
  },
);

onBothDatabases(
  'a server that was killed is forgotten when it is long gone and no seat names it',
  async (t, url) => {
    const store = await testStore(t, await testConfig(t, url));
    const room = aRoom();
    await putRoom(store, room);
    const hours = (ago: number) => new Date(Date.now() - ago * 3_600_000);
    const server = { url: 'http://10.0.0.1:3000', host: 'a', pid: 1, startedAt: hours(100) };
    const seen = { longGone: hours(25), named: hours(25), yesterday: hours(23), now: hours(0) };
    for (const [id, seenAt] of Object.entries(seen)) await store.servers.seen({ ...server, id, seenAt });
    const seat = aSeat(room, { serverId: 'named' });
    await store.writeSeats('named', [seat], []);
    const known = async () =>
      (await store.servers.list(new Date(), Object.keys(seen))).map(({ id }) => id).toSorted();
    /** As a server does that starts, and stops. */
    const starts = async () => {
      const keeper = await keepServer(store.servers, { ...server, id: 'new' }, (error) =>
        t.fail(String(error)),
      );
      await keeper.listensAt('http://10.0.0.2:3000');
      await keeper.stop();
    };
    await starts();
    t.deepEqual(await known(), ['named', 'now', 'yesterday']);
    await store.writeSeats('named', [], [seat.peerId]);
    await starts();
    t.deepEqual(await known(), ['now', 'yesterday']);
  },
);
