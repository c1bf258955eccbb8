/** The options that describe a room, for `room create` and `room update`. */
import { IANAZone } from 'luxon';
import { UserError } from '../server/errors.ts';
import type { HistorySetting, Language } from '../server/room/ports.ts';
import { shownTime, type WindowRequest } from '../server/room/schedule.ts';
import { parseDuration, parseEnd, parseTime } from './times.ts';

export type RoomOptions = {
  from?: string;
  until?: string;
  duration?: string;
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
};

/**
 * The window that the options give; clock times are of the room's time zone, a start on the day of `day`, an end the
 * next one after the start, or after `day` where no start is given.
 * @throws {UserError} usage
 */
export function windowOf({ from, until, duration }: RoomOptions, zone: string, day: Date): WindowRequest {
  if (until !== undefined && duration !== undefined) {
    throw new UserError('--until and --duration say the same thing: give one of them.', { usage: true });
  }
  const start = from === undefined ? undefined : parseTime(from, { option: '--from', zone, day });
  return {
    from: start,
    until:
      until === undefined ? undefined : parseEnd(until, { option: '--until', zone, after: start ?? day }),
    durationMinutes: duration === undefined ? undefined : parseDuration(duration, '--duration'),
  };
}

/** @throws {UserError} usage: the room, as it is called, could only be made too late */
export function assertNotOver(
  called: string,
  { until, timeZone }: { until: Date; timeZone: string },
  now: Date,
): void {
  if (until > now) return;
  throw new UserError(
    `${called} would be over already (it closes ${shownTime(until, timeZone)}): choose a later end.`,
    { usage: true },
  );
}

/** What the options say beside the window; undefined: not given. @throws {UserError} usage */
export function settingsOf(options: RoomOptions) {
  const entry = {
    ...switchOf('microphone', options.microphone),
    ...switchOf('camera', options.camera),
    ...switchOf('names', options.names),
  };
  return {
    timeZone: options.timeZone === undefined ? undefined : zoneOf(options.timeZone),
    interviewerSeats: numberOf('--interviewer-seats', options.interviewerSeats),
    applicantSeats: numberOf('--applicant-seats', options.applicantSeats),
    capacity: options.capacity === 'none' ? null : numberOf('--capacity', options.capacity),
    entry: Object.keys(entry).length > 0 ? entry : undefined,
    language: options.language === undefined ? undefined : languageOf(options.language),
    note: options.note,
    history: options.history === undefined ? undefined : historyOf(options.history),
  };
}

function zoneOf(name: string): string {
  if (IANAZone.isValidZone(name)) return name;
  throw new UserError(`--time-zone ${name} is not known: expected e.g. Asia/Tokyo or Europe/Berlin.`, {
    usage: true,
  });
}

function languageOf(name: string): Language {
  if (name === 'ja' || name === 'en') return name;
  throw new UserError(`--language ${name} is not there: choose ja or en.`, { usage: true });
}

function historyOf(text: string): HistorySetting {
  if (text === 'auto') return null;
  if (text === 'all' || text === 'own') return text;
  throw new UserError(`--history ${text}: expected all, own or auto.`, { usage: true });
}

function numberOf(option: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (/^\d{1,6}$/.test(text)) return Number(text);
  throw new UserError(`${option} ${text} is no number.`, { usage: true });
}

function switchOf(name: string, text: string | undefined): Record<string, boolean> {
  if (text === undefined) return {};
  if (text === 'on' || text === 'off') return { [name]: text === 'on' };
  throw new UserError(`--${name} ${text}: expected on or off.`, { usage: true });
}
