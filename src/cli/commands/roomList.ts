import { Readable } from 'node:stream';
import { silentText } from '../../server/admin/live.ts';
import { findRoom } from '../../server/admin/rooms.ts';
import { UserError } from '../../server/errors.ts';
import { stateOf } from '../../server/room/openLink.ts';
import type { RoomRecord } from '../../server/room/records.ts';
import type { RoomQuery } from '../../server/store/index.ts';
import { type CliAdmin, type CommonOptions, configOf, withAdmin } from '../context.ts';
import { SCREENFUL } from '../defaults.ts';
import { daysOf, today } from '../input/days.ts';
import { MOST_ROWS } from '../input/roomsFile.ts';
import { type LinkUrl, linkUrls, noteLinks, publicUrlOf } from '../links.ts';
import { printLine, printNote } from '../output/print.ts';
import { printTable } from '../output/printTable.ts';
import { roomJson, windowText } from '../output/rooms.ts';
import { type ListedRoom, roomsCsv } from '../output/roomsCsv.ts';
import { shellWord } from '../output/shellWord.ts';
import type { Column } from '../output/table.ts';
import { writeOut } from '../output/writeOut.ts';

export type RoomListOptions = CommonOptions & {
  name?: string;
  today?: boolean;
  live?: boolean;
  past?: boolean;
  from?: string;
  until?: string;
  limit?: string;
  after?: string;
  csv?: boolean;
};

/** Rooms of one query. */
const PAGE = 500;

/** `webinterview room list`: by the time that people were told, the earliest first; those that are over the latest first. */
export async function roomList(options: RoomListOptions): Promise<void> {
  const config = configOf(options);
  const limit = limitOf(options);
  await withAdmin(config, { create: false }, async (admin) => {
    const people = await peopleByRoom(admin);
    const query = await queryOf(options, admin, people);
    const total = await admin.store.rooms.count(query);
    const listed = roomsOf(admin, query, limit);
    if (options.json) return printRoomsJson(listed, { admin, total, people });
    if (options.csv) {
      await printRoomsCsv(listed, admin);
      return noteLinks(await publicUrlOf(config), options);
    }
    await printRooms(listed, { admin, total, people, options });
  });
}

function limitOf({ limit, json, csv }: RoomListOptions): number {
  if (limit === undefined) return json || csv ? Number.POSITIVE_INFINITY : SCREENFUL;
  if (/^[1-9]\d{0,5}$/.test(limit)) return Number(limit);
  throw new UserError(`--limit ${limit} is not a number of rooms: expected e.g. 50.`, { usage: true });
}

/** How many people are in each live room. */
async function peopleByRoom({ servers }: CliAdmin): Promise<Map<string, number>> {
  const counts = new Map<string, number>();
  const { servers: answering, silent } = await servers.statuses();
  if (silent.length > 0) printNote(`${silentText(silent)}: people there are not counted.`);
  for (const { rooms } of answering)
    for (const { id, people } of rooms) counts.set(id, (counts.get(id) ?? 0) + people.length);
  return counts;
}

async function queryOf(
  options: RoomListOptions,
  admin: CliAdmin,
  people: Map<string, number>,
): Promise<RoomQuery> {
  const zone = admin.config.room.timeZone;
  if (options.today && (options.from || options.until))
    throw new UserError('--today and --from or --until say different things', {
      remedy: 'give one of them.',
      usage: true,
    });
  const last = options.after === undefined ? undefined : await findRoom(admin, options.after);
  return {
    ...(options.today ? today(admin.now(), zone) : daysOf(options, zone)),
    ...(options.name && { name: options.name }),
    ...(options.live && { ids: [...people.keys()] }),
    ...(options.past && { endedBy: admin.now(), latestFirst: true }),
    ...(last && { after: last }),
    limit: PAGE,
  };
}

/** `isLast`: no room comes after it, however many were asked for. */
type Found = ListedRoom & { isLast: boolean };

/** With their links, read in pages. */
async function* roomsOf(admin: CliAdmin, query: RoomQuery, limit: number): AsyncGenerator<Found> {
  const { store, secret, config } = admin;
  const publicUrl = await publicUrlOf(config);
  let { after } = query;
  for (let left = limit; left > 0; ) {
    const size = Math.min(PAGE, left);
    // One more says whether there is another page.
    const found = await store.rooms.list({ ...query, after, limit: size + 1 });
    const page = found.slice(0, size);
    const links = await store.rooms.linksOf(page.map(({ id }) => id));
    for (const [at, room] of page.entries()) {
      const isLast = at + 1 === found.length;
      yield { room, links: linkUrls(publicUrl, secret, links.get(room.id) ?? []), isLast };
    }
    if (found.length <= size) return;
    after = page.at(-1);
    left -= size;
  }
}

type Listing = { admin: CliAdmin; total: number; people: Map<string, number> };

/** One object on one line, written as the rooms come. */
async function printRoomsJson(
  listed: AsyncIterable<Found>,
  { admin, total, people }: Listing,
): Promise<void> {
  let last: Found | undefined;
  async function* text() {
    yield '{"rooms":[';
    const { openEarlyMinutes } = admin.config.room;
    for await (const found of listed) {
      const { room, links } = found;
      const json = {
        ...roomJson(room, links, admin.now(), openEarlyMinutes),
        people: people.get(room.id) ?? 0,
      };
      yield `${last ? ',' : ''}${JSON.stringify(json)}`;
      last = found;
    }
    const after = last && !last.isLast ? last.room.id : null;
    yield `],"total":${total},"after":${JSON.stringify(after)}}\n`;
  }
  await writeOut(Readable.from(text()));
}

/** With what has to be known of a list that is to be read again. */
async function printRoomsCsv(listed: AsyncIterable<Found>, { now, config }: CliAdmin): Promise<void> {
  let count = 0;
  let last: Found | undefined;
  async function* seen() {
    for await (last of listed) {
      count++;
      yield last;
    }
  }
  if (!(await writeOut(roomsCsv(seen(), now(), config.room.openEarlyMinutes))) || !last) return;
  if (!last.isLast) return printNote(`for the next rooms add --after ${shellWord(last.room.name)}`);
  if (count <= MOST_ROWS) return;
  printNote(
    `these are ${count.toLocaleString('en')} rooms, and room create --from-csv takes ${MOST_ROWS.toLocaleString('en')} at once: for that write them in parts, the first with --limit ${MOST_ROWS}.`,
  );
}

const columns: Column[] = [
  { heading: 'Room', flexible: true },
  { heading: 'Interview', flexible: true },
  { heading: 'State' },
  { heading: 'People', right: true },
  { heading: 'Time' },
  { heading: 'Invited' },
];

/** Who invites and to what, as its people are told; empty where neither is said. */
const interviewOf = ({ company, title }: RoomRecord) => [company, title].filter(Boolean).join(' ');

/** How many of those who have a link were sent an invitation, and how many that it is cancelled; empty: none of either. */
function invitedText(links: LinkUrl[]): string {
  const applicants = links.filter(
    ({ role, url, invitedAt, cancelledAt }) => role === 'applicant' && (url || invitedAt || cancelledAt),
  );
  const invited = applicants.filter(({ invitedAt }) => invitedAt).length;
  const cancelled = applicants.filter(({ cancelledAt }) => cancelledAt).length;
  const parts = [invited && `${invited}/${applicants.length}`, cancelled && `${cancelled} cancelled`];
  return parts.filter(Boolean).join(', ');
}

async function printRooms(
  listed: AsyncIterable<Found>,
  { admin, total, people, options }: Listing & { options: RoomListOptions },
): Promise<void> {
  const { timeZone: zone, openEarlyMinutes } = admin.config.room;
  const rooms: Found[] = [];
  for await (const found of listed) rooms.push(found);
  const last = rooms.at(-1);
  if (!last) {
    printLine(options.after ? 'There are no more.' : 'There are no such rooms.');
    return;
  }
  const rows = rooms.map(({ room, links }) => [
    room.name,
    interviewOf(room),
    people.has(room.id) ? 'live' : stateOf(room, admin.now(), openEarlyMinutes),
    String(people.get(room.id) ?? ''),
    windowText(room) + (room.timeZone === zone ? '' : ` ${room.timeZone}`),
    invitedText(links),
  ]);
  // Where no room says anything of it, the others have its place.
  const isOptional = (at: number) => ['Interview', 'Invited'].includes(columns[at]?.heading ?? '');
  const isShown = columns.map((_, at) => !isOptional(at) || rows.some((cells) => cells[at] !== ''));
  const shown = <T>(cells: T[]) => cells.filter((_, at) => isShown[at]);
  printTable(shown(columns), rows.map(shown));
  if (last.isLast) return;
  const part = options.after ? '' : `these are ${rooms.length} of ${total.toLocaleString('en')} rooms; `;
  printNote(`${part}for the next add --after ${shellWord(last.room.name)}`);
}
