/** A download of records ends when what it was asked for with is taken back, by whichever process. */
import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import test, { type ExecutionContext } from 'ava';
import { revokeKey } from '../../src/server/admin/keys.ts';
import { Store } from '../../src/server/store/Store.ts';
import { startApiServer } from '../helpers/api.ts';
import { writeMessages } from '../helpers/many-messages.ts';
import { collect } from '../helpers/store.ts';
import { until } from '../helpers/until.ts';

type Api = Awaited<ReturnType<typeof startApiServer>>;
type World = Api & { room: Awaited<ReturnType<Api['server']['room']>> };

/** More than fits between the server and a reader who does not read, however it is packed. */
const MESSAGES = 50_000;
const unpackable = `' || hex(randomblob(150)) || '`;

async function open(t: ExecutionContext): Promise<World> {
  const api = await startApiServer(t);
  const room = await api.server.room();
  writeMessages(api.server.config, room.record.id, MESSAGES, unpackable);
  return { ...api, room };
}

type Reading = {
  status: number | undefined;
  /** Reads what is left. @returns the code of the error at its end; empty: it came whole */
  rest(): Promise<string>;
};

/** Resolves when the first of it is there; the rest waits at the server. */
async function begin({ server }: World, path: string, token: string): Promise<Reading> {
  const asked = request(`${server.url}${path}`, { headers: { Authorization: `Bearer ${token}` } }).end();
  const [answer] = (await once(asked, 'response')) as [IncomingMessage];
  answer.pause();
  const over = new Promise<string>((resolve) => {
    answer.once('error', (error) => resolve((error as NodeJS.ErrnoException).code ?? 'unknown'));
    answer.once('end', () => resolve(''));
  });
  return {
    status: answer.statusCode,
    rest() {
      answer.resume();
      return over;
    },
  };
}

const byLink = (world: World) => begin(world, '/api/room/chat.csv', world.room.tokens.interviewer);
const byKey = (format: string) => (world: World) =>
  begin(world, `/api/v1/rooms/${world.room.record.id}/exports/chat?format=${format}`, world.key);
const linkOf = ({ room }: World) => room.links.interviewer;

type Case = [begin: (world: World) => Promise<Reading>, takeBack: (world: World) => Promise<unknown>];

// The database alone hears of it, as of what another server or a command does.
const cases: Record<string, Case> = {
  'by a link that is revoked': [
    byLink,
    (world) => world.server.store.rooms.revokeLink(linkOf(world).id, new Date(), []),
  ],
  'by a link that is made anew': [
    byLink,
    (world) => world.server.store.rooms.reissueLink(linkOf(world).id, []),
  ],
  'by a link of a room that is deleted': [
    byLink,
    ({ server, room }) => server.store.rooms.delete(room.record.id, []),
  ],
  'as CSV by a key that is revoked': [byKey('csv'), revokeIt],
  'as a workbook by a key that is revoked': [byKey('xlsx'), revokeIt],
};

function revokeIt({ server: { store }, keyId }: World) {
  return revokeKey({ store, now: () => new Date(), actor: 'cli:test' }, keyId);
}

for (const [how, [beginning, takeBack]] of Object.entries(cases)) {
  test.serial(`a download ${how} is cut`, async (t) => {
    const world = await open(t);
    const reading = await beginning(world);
    t.is(reading.status, 200);
    await takeBack(world);
    const { log, store } = world.server;
    await until('it is cut', () => log.some(({ msg }) => msg === 'an answer could not be sent whole'));
    t.is(await reading.rest(), 'ECONNRESET');
    const entries = await collect(store.audit.entries({}));
    const told = entries.filter(({ action }) => action.startsWith('records.'));
    t.deepEqual(
      told.map(({ action }) => action),
      ['records.opened'],
      'what has left is known, and nobody is told that all of it has',
    );
  });
}

test.serial('a download goes on to its end while nobody can tell whether its link was revoked', async (t) => {
  const world = await open(t);
  const reading = await byLink(world);
  const { findLink } = Store.prototype;
  t.teardown(() => Object.assign(Store.prototype, { findLink }));
  let looks = 0;
  Store.prototype.findLink = () => {
    looks++;
    return Promise.reject(new Error('the database is away'));
  };
  await until('it was looked more than once', () => looks >= 2);
  t.is(await reading.rest(), '');
  const { audit } = world.server.store;
  await until('it is noted as whole', async () =>
    (await collect(audit.entries({}))).some(({ action }) => action === 'records.exported'),
  );
});
