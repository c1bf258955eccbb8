/** The real server in this process, on free ports and with a data directory of its own. */
import type { ExecutionContext } from 'ava';
import { pino } from 'pino';
import type { Role } from '../../src/protocol/messages.ts';
import type { Admin } from '../../src/server/admin/live.ts';
import { OtherServers } from '../../src/server/admin/OtherServers.ts';
import { type Config, loadConfig } from '../../src/server/config.ts';
import { linkToken } from '../../src/server/room/links.ts';
import { newRoom } from '../../src/server/room/newRoom.ts';
import type { LinkRecord, RoomRecord } from '../../src/server/room/records.ts';
import { openSecret } from '../../src/server/secret.ts';
import { createServer, type RunningServer } from '../../src/server/server.ts';
import { openStore, type Store } from '../../src/server/store/index.ts';
import { keepOnFailure } from './kept.ts';
import { putRoom, temporaryFolder } from './store.ts';

export type TestRoom = { record: RoomRecord; links: Record<Role, LinkRecord>; tokens: Record<Role, string> };

type RoomToMake = {
  name?: string;
  title?: string;
  company?: string;
  from?: Date;
  until?: Date;
  openEarlyMinutes?: number;
  interviewerSeats?: number;
  applicantSeats?: number;
  /** Names of the applicants who get a link of their own; `tokens.applicant` is that of the first. */
  applicants?: string[];
  capacity?: number;
};

export type TestServer = RunningServer & {
  config: Config;
  /** The administrator's own way to the same database. */
  store: Store;
  /** What the server logged, one parsed line each. */
  log: Record<string, unknown>[];
  /** A room that is open now, or in the window given; with one seat of each role, or as many as given. */
  room(request?: RoomToMake): Promise<TestRoom>;
  /** The token of a link as it stands now. */
  token(link: LinkRecord): string;
};

let rooms = 0;

/** Starts a server; `settings` are configuration values by dotted key. It is closed with the test. */
export async function startServer(
  t: ExecutionContext,
  settings: Record<string, unknown> = {},
): Promise<TestServer> {
  const config = await serverConfig(t, settings);
  const log: Record<string, unknown>[] = [];
  const write = (line: string) => void log.push(JSON.parse(line));
  keepOnFailure(t, 'server.log', () => log.map((line) => `${JSON.stringify(line)}\n`).join(''));
  const server = await createServer(config, { log: pino({ level: 'debug' }, { write }) });
  t.teardown(() => server.close());
  const store = await openStore(config, { create: false });
  t.teardown(() => store.close());
  const { room, token } = await administration(config, store);
  return { ...server, config, store, log, token, room };
}

/** Makes rooms in the database of a server, whichever process that is. */
export async function administration(
  config: Config,
  store: Store,
): Promise<Pick<TestServer, 'room' | 'token'>> {
  const secret = await openSecret(config, store);
  const token = (link: LinkRecord) => linkToken(secret, link);
  return {
    token,
    async room({ name = `room-${process.pid}-${rooms++}`, applicantSeats = 1, ...window } = {}) {
      const defaults = { now: new Date(), defaultMinutes: 60, timeZone: 'Asia/Tokyo' };
      const { room: record, links } = newRoom({ name, applicantSeats, ...window }, defaults);
      await putRoom(store, record, links);
      const of = (role: Role) => links.find((link) => link.role === role) as LinkRecord;
      const both = { interviewer: of('interviewer'), applicant: of('applicant') };
      const tokens = { interviewer: token(both.interviewer), applicant: token(both.applicant) };
      return { record, links: both, tokens };
    },
  };
}

/** An administrator on the database of a server, who reaches all servers that run on it. */
export async function adminOf({
  config,
  store,
}: Pick<TestServer, 'config' | 'store'>): Promise<Admin<Store>> {
  const now = () => new Date();
  const live = new OtherServers({ store, secret: await openSecret(config, store), now, publicUrl: null });
  return { store, now, actor: 'cli:test', live };
}

export async function serverConfig(
  t: ExecutionContext,
  settings: Record<string, unknown> = {},
): Promise<Config> {
  const flags = {
    dataDir: await temporaryFolder(t),
    'http.port': 0,
    'media.workers': 1,
    ...settings,
  };
  return loadConfig({
    flags,
    env: { MEDIASOUP_WORKER_BIN: process.env.MEDIASOUP_WORKER_BIN },
    nodeEnv: 'test',
  });
}
