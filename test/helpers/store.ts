import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import { type Config, loadConfig } from '../../src/server/config.ts';
import { notMailed } from '../../src/server/room/mailed.ts';
import type {
  LinkRecord,
  MessageRecord,
  RoomRecord,
  SeatRecord,
  StayRecord,
} from '../../src/server/room/records.ts';
import { keyHashOf } from '../../src/server/room/resumeKeys.ts';
import { openStore, type Store } from '../../src/server/store/index.ts';
import { randomId } from '../../src/server/util/ids.ts';

/** A folder that is gone with the test. */
export async function temporaryFolder(t: ExecutionContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'webinterview-test-'));
  // Again where it was not empty: a process that is ended may have written until then.
  t.teardown(() => rm(folder, { recursive: true, force: true, maxRetries: 10 }));
  return folder;
}

/** A configuration with a data directory of its own, or the one given; on MySQL where an address is given. */
export async function testConfig(
  t: ExecutionContext,
  databaseUrl?: string,
  dataDir?: string,
): Promise<Config> {
  const flags = { dataDir: dataDir ?? (await temporaryFolder(t)), 'database.url': databaseUrl };
  return loadConfig({ flags, env: {}, nodeEnv: 'test' });
}

/** Opens the store of a configuration, making it when it is not there; closed with the test. */
export async function testStore(t: ExecutionContext, config: Config): Promise<Store> {
  const store = await openStore(config, { create: true });
  t.teardown(() => store.close());
  return store;
}

export function aRoom(room: Partial<RoomRecord> = {}): RoomRecord {
  return {
    id: randomId(),
    name: `room-${randomUUID()}`,
    title: '',
    company: '',
    from: new Date('2023-12-08T10:00:00.123Z'),
    until: new Date('2023-12-09T10:00:00.000Z'),
    openEarlyMinutes: null,
    timeZone: 'Asia/Tokyo',
    interviewerSeats: 1,
    applicantSeats: 1,
    capacity: null,
    entry: { microphone: true, camera: true, names: true },
    language: 'ja',
    note: '',
    waitingMessage: '',
    history: null,
    closedAt: null,
    version: 1,
    createdAt: new Date('2023-12-01T00:00:00.000Z'),
    ...room,
  };
}

export function aLink(room: RoomRecord, link: Partial<LinkRecord> = {}): LinkRecord {
  const id = randomId();
  return {
    id,
    roomId: room.id,
    role: 'applicant',
    label: '',
    version: 1,
    revokedAt: null,
    erasedAt: null,
    ...notMailed,
    ...link,
  };
}

export function aStay(room: RoomRecord, stay: Partial<StayRecord> = {}): StayRecord {
  return {
    id: randomUUID(),
    roomId: room.id,
    linkId: null,
    peerId: randomUUID(),
    role: 'applicant',
    company: '',
    name: '佐藤花子',
    enteredAt: new Date('2023-12-08T10:20:30.456Z'),
    leftAt: null,
    check: null,
    ending: null,
    media: null,
    ...stay,
  };
}

export function aSeat(room: RoomRecord, seat: Partial<SeatRecord> = {}): SeatRecord {
  return {
    peerId: randomUUID(),
    serverId: 'a-server',
    roomId: room.id,
    linkId: randomId(),
    linkVersion: 1,
    role: 'applicant',
    keyHash: keyHashOf('key'),
    company: '',
    name: '佐藤花子',
    state: 'inCall',
    stateSince: new Date('2023-12-08T10:20:30.456Z'),
    microphone: true,
    camera: true,
    quality: 'high',
    handRaised: false,
    sharing: false,
    turnedOff: null,
    joinedAt: new Date('2023-12-08T10:10:10.123Z'),
    stayId: randomUUID(),
    enteredAt: new Date('2023-12-08T10:20:30.456Z'),
    ...seat,
  };
}

export function aMessage(room: RoomRecord, message: Partial<MessageRecord> = {}): MessageRecord {
  return {
    id: randomUUID(),
    roomId: room.id,
    clientId: randomUUID(),
    peerId: randomUUID(),
    role: 'interviewer',
    name: '毎日太郎',
    at: new Date('2023-12-08T10:11:12.345Z'),
    text: '本日はよろしくお願いします。',
    file: null,
    ...message,
  };
}

/** A store's `rooms.create` for one room, with nothing in the audit. */
export function putRoom(store: Store, room: RoomRecord, links: LinkRecord[] = []): Promise<void> {
  return store.rooms.create([{ room, links }], []);
}

export async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}
