import { renderUnicodeCompact } from 'uqr';
import { createRooms } from '../../server/admin/rooms.ts';
import type { Config } from '../../server/config.ts';
import { UserError } from '../../server/errors.ts';
import { newRoom, type RoomRequest } from '../../server/room/newRoom.ts';
import { configOf, withAdmin, withStore } from '../context.ts';
import { assertNotOver, type RoomCreateOptions, settingsOf, windowOf } from '../input/roomOptions.ts';
import { linkUrls, noteLinks, publicUrlOf } from '../links.ts';
import { printJson, printLine } from '../output/print.ts';
import { printRoom, roomJson } from '../output/rooms.ts';

/** `webinterview room create`: makes the room, with the server up or down, and prints its links. */
export async function roomCreate(options: RoomCreateOptions): Promise<void> {
  if (options.fromCsv !== undefined) {
    const { roomCreateMany } = await import('./roomCreateMany.ts');
    return roomCreateMany(options.fromCsv, options);
  }
  if (options.csv)
    throw new UserError('--csv writes the links of --from-csv', {
      remedy: 'give that too, or leave --csv out.',
      usage: true,
    });
  if (options.name === undefined) await askAndCreate(options);
  else await createOne({ ...options, name: options.name });
}

type NamedOptions = RoomCreateOptions & { name: string };

/** @param withCodes each link as a QR code too, for the camera of a phone */
async function createOne(options: NamedOptions, { withCodes = false } = {}): Promise<void> {
  const config = configOf(options);
  // Wrong usage makes no database where there is none.
  assertCanBe(options, config);
  const now = new Date();
  const request = requestOf(options, config, now);
  const publicUrl = await publicUrlOf(config);
  await withAdmin(config, { create: true }, async (admin) => {
    const [made] = await createRooms(admin, [request], config.room);
    if (!made) throw new Error('no room was made');
    const links = linkUrls(publicUrl, admin.secret, made.links);
    if (options.json) printJson(roomJson(made.room, links, now, config.room.openEarlyMinutes));
    else
      printRoom(made.room, links, {
        afterLink: (url) => withCodes && printLine(renderUnicodeCompact(url, { border: 2 })),
      });
    noteLinks(publicUrl, options);
  });
}

function requestOf(options: NamedOptions, { room }: Config, now: Date): RoomRequest {
  const settings = settingsOf(options);
  const window = windowOf(options, settings.timeZone ?? room.timeZone, now);
  return { name: options.name, ...settings, ...window, applicants: options.applicant, emails: options.email };
}

/** On a terminal the command asks for what is needed and was not given. */
async function askAndCreate(options: RoomCreateOptions): Promise<void> {
  if (options.json || !process.stdin.isTTY || !process.stdout.isTTY)
    throw new UserError('--name is missing', {
      remedy: 'give it, or run the command on a terminal, where it asks.',
      usage: true,
    });
  const config = configOf(options);
  // Before anybody answers a question for nothing.
  assertCanBe(options, config);
  await publicUrlOf(config);
  const { askForRoom } = await import('../ui/roomForm.tsx');
  const answers = await askForRoom({
    zone: settingsOf(options).timeZone ?? config.room.timeZone,
    given: options,
    check: (answers) => assertCanBe({ ...options, ...answers }, config),
    isTaken: (name) => isTaken(config, name),
  });
  if (!answers) throw new UserError('Cancelled: no room was made.');
  await createOne({ ...options, ...answers }, { withCodes: true });
}

/** @throws {UserError} usage: as far as it is known by now, the room cannot be */
function assertCanBe(options: RoomCreateOptions, config: Config): void {
  const now = new Date();
  const { durationMinutes, timeZone, company } = config.room;
  const request = requestOf({ ...options, name: options.name ?? 'not known yet' }, config, now);
  // How long it is until an end is known when it is known when it opens.
  const known = options.from === undefined ? { ...request, until: undefined } : request;
  const { room } = newRoom(known, { now, defaultMinutes: durationMinutes, timeZone, company });
  const end = request.until ?? (request.durationMinutes && room.until);
  const named = options.name === undefined ? 'The room' : `The room ${room.name}`;
  if (end) assertNotOver(named, { until: end, timeZone: room.timeZone }, now);
}

const isNotMade = (error: unknown) =>
  error instanceof UserError && (error.code === 'no_database' || error.code === 'no_data');

async function isTaken(config: Config, name: string): Promise<boolean> {
  try {
    const taken = await withStore(config, { create: false }, ({ rooms }) => rooms.namesTaken([name]));
    return taken.length > 0;
  } catch (error) {
    if (isNotMade(error)) return false;
    throw error;
  }
}
