import { renderUnicodeCompact } from 'uqr';
import { createRooms } from '../../server/admin/rooms.ts';
import { UserError } from '../../server/errors.ts';
import { type CommonOptions, configOf, withAdmin } from '../context.ts';
import { linkUrls, publicUrlOf } from '../links.ts';
import { printJson, printLine } from '../output.ts';
import { type RoomOptions, settingsOf, windowOf } from '../roomOptions.ts';
import { printRoom, roomJson } from '../roomOutput.ts';

export type RoomCreateOptions = CommonOptions &
  RoomOptions & { name?: string; applicant?: string[]; fromCsv?: string; csv?: boolean };

/** `webinterview room create`: makes the room, with the server up or down, and prints its links. */
export async function roomCreate(options: RoomCreateOptions): Promise<void> {
  if (options.fromCsv !== undefined) {
    const { roomCreateMany } = await import('./room-create-many.ts');
    await roomCreateMany(options.fromCsv, options);
  } else if (options.name === undefined) {
    await askAndCreate(options);
  } else {
    await createOne({ ...options, name: options.name });
  }
}

type NamedOptions = RoomCreateOptions & { name: string };

/** @param withCodes each link as a QR code too, for the camera of a phone */
async function createOne(options: NamedOptions, { withCodes = false } = {}): Promise<void> {
  const config = configOf(options);
  const now = new Date();
  const settings = settingsOf(options);
  const window = windowOf(options, settings.timeZone ?? config.room.timeZone, now);
  const request = { name: options.name, ...settings, ...window, applicants: options.applicant };
  const publicUrl = await publicUrlOf(config);
  await withAdmin(config, { create: true }, async (admin) => {
    const [made] = await createRooms(admin, [request], config.room);
    if (!made) throw new Error('no room was made');
    const links = linkUrls(publicUrl, admin.secret, made.links);
    if (options.json) printJson(roomJson(made.room, links, now));
    else
      printRoom(made.room, links, {
        afterLink: (url) => withCodes && printLine(renderUnicodeCompact(url, { border: 2 })),
      });
  });
}

/** On a terminal the command asks for what is needed. */
async function askAndCreate(options: RoomCreateOptions): Promise<void> {
  if (options.json || !process.stdin.isTTY || !process.stdout.isTTY)
    throw new UserError('--name is missing: give it, or run the command on a terminal, where it asks.', {
      usage: true,
    });
  const { room } = configOf(options);
  const { askForRoom } = await import('../ui/room-form.tsx');
  const answers = await askForRoom(options.timeZone ?? room.timeZone);
  if (!answers) throw new UserError('Left without making a room.');
  await createOne({ ...options, ...answers }, { withCodes: true });
}
