/** What is in the archives: the files of the chat, and everything of a room. */
import { Readable } from 'node:stream';
import { auditTable } from '../records/audit.ts';
import { chatTable, filesTable } from '../records/chat.ts';
import { csv } from '../records/csv.ts';
import { participantsTable } from '../records/participants.ts';
import { inRoom } from '../records/table.ts';
import { NAME_BYTES, safeName, type ZipEntry } from '../records/zip.ts';
import type { MessageRecord, RoomRecord } from '../room/records.ts';
import type { Store, WithRoom } from '../store/index.ts';
import type { ExportRequest } from './exportRequest.ts';

type ArchiveStore = Pick<Store, 'records' | 'rooms' | 'audit' | 'readFile'>;

/** Rooms of one page when all are archived. */
const PAGE = 100;

/** The files themselves: <room>/0001 <name>, numbered in the order of sending, since two may have one name. */
export async function* fileEntries(
  store: Pick<ArchiveStore, 'readFile'>,
  messages: AsyncIterable<WithRoom<MessageRecord>>,
  folderOf = folders(),
): AsyncGenerator<ZipEntry> {
  const counts = new Map<string, number>();
  for await (const { room, record } of messages) {
    const { file } = record;
    if (!file) continue;
    const number = (counts.get(room.id) ?? 0) + 1;
    counts.set(room.id, number);
    yield {
      path: `${folderOf(room)}/${safeName(`${String(number).padStart(4, '0')} ${file.name}`)}`,
      content: () => Readable.from(contentOf(() => store.readFile(room.id, file.id))),
    };
  }
}

type Named = Pick<RoomRecord, 'id' | 'name'>;

/**
 * Gives each room of an archive a folder of its own. Rooms have different names, but two of them may look the same once
 * they are made safe, or where capitals do not count.
 */
function folders(): (room: Named) => string {
  const byRoom = new Map<string, string>();
  const taken = new Set<string>();
  return ({ id, name }) => {
    const known = byRoom.get(id);
    if (known !== undefined) return known;
    // As Windows and macOS compare them.
    const same = name.normalize().toUpperCase();
    const mayBeNamed = safeName(name) === name && !taken.has(same);
    const folder = mayBeNamed ? name : `${safeName(name, NAME_BYTES - id.length - 1)} ${id}`;
    byRoom.set(id, folder);
    taken.add(same);
    return folder;
  };
}

/** A file that went meanwhile (its message was deleted) is empty. */
async function* contentOf(read: () => Promise<Buffer | null>): AsyncGenerator<Buffer> {
  const content = await read();
  if (content) yield content;
}

/** Everything of one room, or of each that was open or has records in the time asked for, in a folder of its own. */
export async function* archiveEntries(
  store: ArchiveStore,
  request: ExportRequest,
  counted: <T>(rows: AsyncIterable<T>) => AsyncIterable<T>,
): AsyncGenerator<ZipEntry> {
  const rooms = request.room ? [request.room] : allRooms(store, request);
  const folderOf = folders();
  for await (const room of rooms)
    yield* roomEntries(store, { room, folder: folderOf(room) }, request, counted);
}

async function* roomEntries(
  store: ArchiveStore,
  { room, folder }: { room: RoomRecord; folder: string },
  { from, until }: ExportRequest,
  counted: <T>(rows: AsyncIterable<T>) => AsyncIterable<T>,
): AsyncGenerator<ZipEntry> {
  const scope = { roomId: room.id, from, until };
  const { records, audit } = store;
  const files = () => records.messages(scope, { filesOnly: true });
  yield { path: `${folder}/room.json`, content: () => Readable.from(roomText(store, room)) };
  yield {
    path: `${folder}/participants.csv`,
    content: () =>
      csv(participantsTable({ detailed: true }).columns, inRoom(room, counted(records.stays(scope)))),
  };
  yield {
    path: `${folder}/chat.csv`,
    content: () => csv(chatTable().columns, inRoom(room, counted(records.messages(scope)))),
  };
  yield {
    path: `${folder}/files.csv`,
    content: () => csv(filesTable().columns, inRoom(room, files())),
  };
  yield {
    path: `${folder}/audit.csv`,
    content: () => csv(auditTable(room.timeZone).columns, counted(audit.entries(scope))),
  };
  yield* fileEntries(store, records.withRooms(files()), () => `${folder}/files`);
}

/** The room as it was set up. Its links are named without what opens them, and without where they were sent. */
async function* roomText({ rooms }: ArchiveStore, room: RoomRecord): AsyncGenerator<string> {
  const links = (await rooms.links(room.id)).map(
    ({ id, role, label, version, revokedAt, invitedAt, cancelledAt }) => {
      return { id, role, label, version, revokedAt, invitedAt, cancelledAt };
    },
  );
  yield `${JSON.stringify({ ...room, links }, null, 2)}\n`;
}

async function* allRooms(
  { rooms }: ArchiveStore,
  { from, until }: ExportRequest,
): AsyncGenerator<RoomRecord> {
  for (let last: RoomRecord | undefined; ; ) {
    const page = await rooms.list({ from, until, orRecordsThen: true, after: last, limit: PAGE });
    yield* page;
    last = page.at(-1);
    if (!last || page.length < PAGE) return;
  }
}
