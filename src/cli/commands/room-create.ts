import { UserError } from '../../server/errors.ts';
import { recordTime } from '../../server/records/times.ts';
import { createRoom } from '../../server/room/createRoom.ts';
import type { RoomRecord } from '../../server/room/ports.ts';
import { openSecret } from '../../server/secret.ts';
import { type CommonOptions, configOf, withStore } from '../context.ts';
import { publicUrlOf, type RoomUrls, roomUrls } from '../links.ts';
import { printJson, printLine, printNote } from '../output.ts';
import { parseDuration, parseTime } from '../times.ts';

export type RoomCreateOptions = CommonOptions & {
  name: string;
  from?: string;
  until?: string;
  duration?: string;
};

/** `webinterview room create`: makes the room, with the server up or down, and prints its links. */
export async function roomCreate(options: RoomCreateOptions): Promise<void> {
  const config = configOf(options);
  const now = new Date();
  const { timeZone, durationMinutes: defaultMinutes } = config.room;
  const request = { name: options.name, ...windowOf(options, timeZone, now) };
  const publicUrl = await publicUrlOf(config);
  const { room, urls } = await withStore(config, { create: true }, async (store) => {
    const secret = await openSecret(config, store);
    const { room, links } = await createRoom(store, request, { now, defaultMinutes, timeZone });
    return { room, urls: roomUrls(publicUrl, secret, links) };
  });
  if (room.until <= now) printNote(`the room ${room.name} has closed already; nobody can enter it.`);
  if (options.json) {
    const { id, name, from, until } = room;
    printJson({ id, name, from, until, timeZone, ...urls });
    return;
  }
  printRoom(room, urls);
}

function windowOf({ from, until, duration }: RoomCreateOptions, zone: string, now: Date) {
  if (until !== undefined && duration !== undefined) {
    throw new UserError('--until and --duration say the same thing: give one of them.', { usage: true });
  }
  const start = from === undefined ? undefined : parseTime(from, { option: '--from', zone, day: now });
  return {
    from: start,
    until: until === undefined ? undefined : parseTime(until, { option: '--until', zone, day: start ?? now }),
    durationMinutes: duration === undefined ? undefined : parseDuration(duration, '--duration'),
  };
}

function printRoom(
  { name, from, until, timeZone }: RoomRecord,
  { interviewerUrl, applicantUrl }: RoomUrls,
): void {
  printLine(
    `Room ${name}, open ${recordTime(from, timeZone)} - ${recordTime(until, timeZone)} (${timeZone})`,
  );
  printLine();
  printLine('Interviewer link:');
  printLine(interviewerUrl);
  printLine();
  printLine('Applicant link:');
  printLine(applicantUrl);
}
