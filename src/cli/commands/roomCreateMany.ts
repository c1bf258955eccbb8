/** `webinterview room create --from-csv`: hundreds of rooms at once, all or none. */
import { createRooms } from '../../server/admin/rooms.ts';
import type { Config } from '../../server/config.ts';
import { UserError } from '../../server/errors.ts';
import { newRoom, type RoomRequest } from '../../server/room/newRoom.ts';
import { type CliAdmin, configOf, withAdmin } from '../context.ts';
import {
  asColumn,
  assertNotOver,
  type RoomCreateOptions,
  settingsOf,
  windowOf,
} from '../input/roomOptions.ts';
import { calledFile, type RoomFileRow, readRoomsFile } from '../input/roomsFile.ts';
import { linkUrls, noteLinks, publicUrlOf } from '../links.ts';
import { printJson, printLine, printNote } from '../output/print.ts';
import { showProgress } from '../output/progress.ts';
import { printRoom, roomJson } from '../output/rooms.ts';
import { type ListedRoom, roomsCsv } from '../output/roomsCsv.ts';
import { writeOut } from '../output/writeOut.ts';

/** `isUsage`: it cannot be, whatever there is already. */
type Problem = { line: number; message: string; isUsage: boolean };

/** Names in one note. */
const MOST_NAMED = 20;

/** The options beside the file hold for every row that does not say otherwise. */
export async function roomCreateMany(path: string, options: RoomCreateOptions): Promise<void> {
  if (options.name !== undefined || options.applicant || options.email)
    throw new UserError(
      '--from-csv has the names of rooms and applicants, and mail addresses, in its columns',
      { remedy: 'leave out --name, --applicant and --email.', usage: true },
    );
  const config = configOf(options);
  const { rows, ignored } = await readRoomsFile(path);
  const file = calledFile(path);
  if (ignored.length > 0)
    printNote(`not read from ${file}, as rooms and links are made anew: the columns ${ignored.join(', ')}.`);
  const publicUrl = await publicUrlOf(config);
  await withAdmin(config, { create: true }, async (admin) => {
    const requests = await checked(file, rows, options, admin);
    const progress = showProgress(requests.length, 'rooms');
    const made = await createRooms(admin, requests, config.room, progress.at).finally(progress.end);
    const listed = made.map(({ room, links }) => ({ room, links: linkUrls(publicUrl, admin.secret, links) }));
    await print(listed, options, { now: admin.now(), openEarlyMinutes: config.room.openEarlyMinutes });
    noteClosed(file, rows);
    noteLinks(publicUrl, options);
  });
}

/** A copy of a list opens rooms that were closed in it: whoever wants them shut has to know. */
function noteClosed(file: string, rows: RoomFileRow[]): void {
  const names = rows.flatMap(({ isClosed, options: { name } }) => (isClosed && name ? [name] : []));
  if (names.length === 0) return;
  const more = names.length > MOST_NAMED ? ` and ${names.length - MOST_NAMED} more` : '';
  printNote(
    `closed in ${file}, and not closed as they are made anew: ${names.slice(0, MOST_NAMED).join(', ')}${more}; close them with webinterview room close.`,
  );
}

/** Looks at every row, so that all that is wrong is said at once. @throws {UserError} with a line for each */
async function checked(
  file: string,
  rows: RoomFileRow[],
  options: RoomCreateOptions,
  { config, store, now }: CliAdmin,
): Promise<RoomRequest[]> {
  const read = rows.map((row) => requestOf(row, options, config, now()));
  const names = read.map((each) => ('request' in each ? each.request.name : ''));
  const taken = new Set(await store.rooms.namesTaken(names.filter(Boolean)));
  const problems = read.flatMap((each, at): Problem[] => {
    if ('message' in each) return [each];
    const { name } = each.request;
    const first = names.indexOf(name);
    if (first !== at)
      return [
        {
          line: each.line,
          message: `the name ${name} is that of line ${read[first]?.line} too.`,
          isUsage: true,
        },
      ];
    return taken.has(name)
      ? [{ line: each.line, message: `there is already a room named ${name}.`, isUsage: false }]
      : [];
  });
  if (problems.length === 0) return read.flatMap((each) => ('request' in each ? [each.request] : []));
  throw new UserError(
    `${problems.length} of ${rows.length} rows of ${file} ${problems.length === 1 ? 'is' : 'are'} wrong, so no room was made:`,
    {
      usage: problems.some(({ isUsage }) => isUsage),
      details: problems.map(({ line, message }) => `line ${line}: ${message}`),
    },
  );
}

function requestOf(
  { line, options, misfit }: RoomFileRow,
  defaults: RoomCreateOptions,
  { room: { timeZone, durationMinutes } }: Config,
  now: Date,
): { line: number; request: RoomRequest } | Problem {
  try {
    if (misfit) throw new UserError(misfit);
    if (!options.name) throw new UserError('the name is missing.');
    const given = { ...withoutOther(defaults, options), ...options, name: options.name };
    const settings = settingsOf(given, asColumn);
    const window = windowOf(given, settings.timeZone ?? timeZone, now, asColumn);
    const { applicant: applicants, email: emails } = options;
    const request = { name: given.name, ...settings, ...window, applicants, emails };
    const { room } = newRoom(request, { now, defaultMinutes: durationMinutes, timeZone });
    assertNotOver('it', room, now);
    return { line, request: { ...request, name: room.name } };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { line, message: error.message, isUsage: true };
  }
}

/** A row that says when it ends needs no common duration, and the other way round. */
function withoutOther(
  defaults: RoomCreateOptions,
  { until, duration }: RoomFileRow['options'],
): RoomCreateOptions {
  if (until !== undefined) return { ...defaults, duration: undefined };
  return duration === undefined ? defaults : { ...defaults, until: undefined };
}

async function print(
  listed: ListedRoom[],
  { json, csv }: RoomCreateOptions,
  { now, openEarlyMinutes }: { now: Date; openEarlyMinutes: number },
): Promise<void> {
  if (json) {
    printJson({ rooms: listed.map(({ room, links }) => roomJson(room, links, now, openEarlyMinutes)) });
    return;
  }
  if (csv) {
    await writeOut(roomsCsv(each(listed), now, openEarlyMinutes));
    return;
  }
  for (const { room, links } of listed) {
    printRoom(room, links);
    printLine();
  }
  printLine(`Made ${listed.length} ${listed.length === 1 ? 'room' : 'rooms'}.`);
}

async function* each<T>(items: T[]): AsyncGenerator<T> {
  yield* items;
}
