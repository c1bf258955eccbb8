/** What holds where nothing is said, from the same places as what is done then; for help, the man page and the reference. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../server/packageRoot.ts';
import { usualRoom } from '../server/room/newRoom.ts';

/** Rooms that people read at once; programs get all, unless they say how many. */
export const SCREENFUL = 50;
/** Deliveries that are listed. */
export const DELIVERIES = 20;

const { http, room } = JSON.parse(readFileSync(join(packageRoot(), 'config', 'default.json'), 'utf8')) as {
  http: { host: string; port: number };
  room: { timeZone: string; durationMinutes: number; openEarlyMinutes: number };
};

const onOff = (on: boolean) => (on ? 'on' : 'off');
const { interviewerSeats, capacity, entry, language, history } = usualRoom;

/** As texts; a key of the configuration goes before what follows it. */
export const defaults = {
  dataDir: 'dataDir, else ~/.local/share/webinterview',
  host: `http.host, else ${http.host}`,
  port: `http.port, else ${http.port}`,
  company: 'room.company, else none',
  timeZone: `room.timeZone, else ${room.timeZone}`,
  duration: `room.durationMinutes, else ${room.durationMinutes / 60}h`,
  opensEarly: `room.openEarlyMinutes, else ${room.openEarlyMinutes}m`,
  interviewerSeats: String(interviewerSeats),
  applicantSeats: "one for each applicant's link",
  capacity: capacity === null ? 'none' : String(capacity),
  microphone: onOff(entry.microphone),
  camera: onOff(entry.camera),
  names: onOff(entry.names),
  language,
  history: history ?? 'auto',
  listed: `${SCREENFUL}, for programs all`,
};
