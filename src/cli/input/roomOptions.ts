/** The options that describe a room, for `room create` and `room update`. */
import { UserError } from '../../server/errors.ts';
import type { HistorySetting, Language } from '../../server/room/records.ts';
import type { WindowRequest } from '../../server/room/schedule.ts';
import { zoneNamed } from '../../server/room/zones.ts';
import { shownTime } from '../../server/util/shownTime.ts';
import type { CommonOptions } from '../context.ts';
import { parseDuration, parseEnd, parseTime } from './times.ts';

/** How an option is called where it was given, as errors name it. */
export type NameOf = (option: string) => string;
const asOption: NameOf = (option) => `--${option}`;
/** The columns of a file are named like the options. */
export const asColumn: NameOf = (option) => option;

export type RoomOptions = {
  title?: string;
  company?: string;
  from?: string;
  until?: string;
  duration?: string;
  opensEarly?: string;
  timeZone?: string;
  interviewerSeats?: string;
  applicantSeats?: string;
  capacity?: string;
  microphone?: string;
  camera?: string;
  names?: string;
  language?: string;
  note?: string;
  history?: string;
  message?: string;
};

export type RoomCreateOptions = CommonOptions &
  RoomOptions & { name?: string; applicant?: string[]; email?: string[]; fromCsv?: string; csv?: boolean };

/**
 * The window that the options give; clock times are of the room's time zone, a start on the day of `day`, an end the
 * next one after the start, or after `day` where no start is given.
 * @throws {UserError} usage
 */
export function windowOf(
  { from, until, duration }: RoomOptions,
  zone: string,
  day: Date,
  nameOf: NameOf = asOption,
): WindowRequest {
  if (until !== undefined && duration !== undefined) {
    const both = `${nameOf('until')} and ${nameOf('duration')}`;
    throw new UserError(`${both} say the same thing`, { remedy: 'give one of them.', usage: true });
  }
  const start = from === undefined ? undefined : parseTime(from, { option: nameOf('from'), zone, day });
  const end = { option: nameOf('until'), zone, after: start ?? day };
  return {
    from: start,
    until: until === undefined ? undefined : parseEnd(until, end),
    durationMinutes: duration === undefined ? undefined : parseDuration(duration, nameOf('duration')),
  };
}

/** @throws {UserError} usage: the room, as it is called, could only be made too late */
export function assertNotOver(
  called: string,
  { until, timeZone }: { until: Date; timeZone: string },
  now: Date,
): void {
  if (until > now) return;
  throw new UserError(`${called} would be over already (it closes ${shownTime(until, timeZone)})`, {
    remedy: 'choose a later end.',
    usage: true,
  });
}

/** What the options say beside the window; undefined: not given. @throws {UserError} usage */
export function settingsOf(options: RoomOptions, nameOf: NameOf = asOption) {
  const { title, company, timeZone, opensEarly, language, history, capacity, note, message } = options;
  const entry = {
    ...switchOf('microphone', options.microphone, nameOf),
    ...switchOf('camera', options.camera, nameOf),
    ...switchOf('names', options.names, nameOf),
  };
  return {
    title,
    company,
    timeZone: timeZone === undefined ? undefined : zoneOf(timeZone, nameOf('time-zone')),
    openEarlyMinutes: opensEarly === undefined ? undefined : earlyOf(opensEarly, nameOf('opens-early')),
    interviewerSeats: numberOf(options.interviewerSeats, nameOf('interviewer-seats')),
    applicantSeats: numberOf(options.applicantSeats, nameOf('applicant-seats')),
    capacity: capacity === 'none' ? null : numberOf(capacity, nameOf('capacity')),
    entry: Object.keys(entry).length > 0 ? entry : undefined,
    language: language === undefined ? undefined : languageOf(language, nameOf('language')),
    note,
    history: history === undefined ? undefined : historyOf(history, nameOf('history')),
    waitingMessage: message,
  };
}

function zoneOf(text: string, option: string): string {
  const { zone, problem } = zoneNamed(text);
  if (zone !== null) return zone;
  throw wrong(`${option} ${text} ${problem}.`);
}

/** In minutes; null: as the configuration says. */
function earlyOf(text: string, option: string): number | null {
  if (text === 'auto') return null;
  return /^0 ?(m|min|分)?$/.test(text) ? 0 : parseDuration(text, option, '30m, 1h, 0 or auto');
}

function languageOf(text: string, option: string): Language {
  if (text === 'ja' || text === 'en') return text;
  throw wrong(`${option} ${text} is not supported`, 'choose ja or en.');
}

function historyOf(text: string, option: string): HistorySetting {
  if (text === 'auto') return null;
  if (text === 'all' || text === 'own') return text;
  throw wrong(`${option} ${text}: expected all, own or auto.`);
}

function numberOf(text: string | undefined, option: string): number | undefined {
  if (text === undefined) return undefined;
  if (/^\d{1,6}$/.test(text)) return Number(text);
  throw wrong(`${option} ${text} is not a number.`);
}

function switchOf(name: string, text: string | undefined, nameOf: NameOf): Record<string, boolean> {
  if (text === undefined) return {};
  // A spreadsheet writes TRUE, whatever was typed.
  const on = switches[text.normalize('NFKC').toLowerCase()];
  if (on !== undefined) return { [name]: on };
  throw wrong(`${nameOf(name)} ${text}: expected on or off.`);
}

const switches: Record<string, boolean | undefined> = { on: true, off: false, true: true, false: false };

const wrong = (what: string, remedy?: string) => new UserError(what, { remedy, usage: true });
