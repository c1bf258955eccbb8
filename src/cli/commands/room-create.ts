import { createRooms } from '../../server/admin/rooms.ts';
import { type CommonOptions, configOf, withAdmin } from '../context.ts';
import { linkUrls, publicUrlOf } from '../links.ts';
import { printJson } from '../output.ts';
import { type RoomOptions, settingsOf, windowOf } from '../roomOptions.ts';
import { printRoom, roomJson } from '../roomOutput.ts';

export type RoomCreateOptions = CommonOptions & RoomOptions & { name: string; applicant?: string[] };

/** `webinterview room create`: makes the room, with the server up or down, and prints its links. */
export async function roomCreate(options: RoomCreateOptions): Promise<void> {
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
    else printRoom(made.room, links);
  });
}
