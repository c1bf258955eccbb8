import ical, {
  ICalAlarmType,
  ICalAttendeeRole,
  ICalAttendeeStatus,
  ICalCalendarMethod,
  ICalEventBusyStatus,
  ICalEventStatus,
} from 'ical-generator';
import type { Mailbox } from '../mailbox.ts';
import { type Invitation, oneLine } from './invitation.ts';
import { inOneLineEach } from './message.ts';

/** Minutes before the beginning at which the calendar reminds. */
const ALARM_MINUTES = 15;

export type CalendarOptions = {
  now: Date;
  subject: string;
  /** Who invites and who is invited, where they are known. */
  from: Mailbox | null;
  to: Mailbox | null;
};
/** `method` is null where the calendar is no message of a scheduling: a file to open, as any other. */
export type Calendar = { method: 'REQUEST' | 'PUBLISH' | null; text: string };

/**
 * The appointment as a calendar file (RFC 5545). Its times are UTC instants, which every calendar shows in its
 * owner's time zone. REQUEST, which puts it straight into the calendar, needs to name both sides, and PUBLISH, which
 * mail programs offer to add, the sender (RFC 5546 sections 3.2.2 and 3.2.1). Without a sender it has no method.
 */
export function inviteCalendar(
  invitation: Invitation,
  { now, subject, from, to }: CalendarOptions,
): Calendar {
  const { roomName, url, language, linkId, revision } = inOneLineEach(invitation);
  const method = methodFor(from, to);
  const calendar = ical({ prodId: { company: 'webinterview', product: 'webinterview' }, method });
  calendar.createEvent({
    id: `${linkId}@${new URL(url).hostname}`,
    sequence: revision,
    stamp: now,
    start: invitation.from,
    end: invitation.until,
    summary: subject,
    description: descriptions[language](roomName, url),
    location: url,
    url,
    status: ICalEventStatus.CONFIRMED,
    busystatus: ICalEventBusyStatus.BUSY,
    ...(from && { organizer: { name: nameOf(from), email: from.address } }),
    ...(method === ICalCalendarMethod.REQUEST && to && { attendees: [attendee(to)] }),
    alarms: [{ type: ICalAlarmType.display, triggerBefore: ALARM_MINUTES * 60, description: subject }],
  });
  // The generator leaves out the end of the last line.
  return { method, text: `${alarmsLast(calendar.toString()).trimEnd()}\r\n` };
}

function methodFor(from: Mailbox | null, to: Mailbox | null) {
  if (!from) return null;
  return to ? ICalCalendarMethod.REQUEST : ICalCalendarMethod.PUBLISH;
}

/** An event's own properties come before its alarms (RFC 5545 section 3.6.1); the generator puts some after them. */
function alarmsLast(text: string): string {
  return text.replace(/(BEGIN:VALARM\r\n.*?END:VALARM\r\n)(.*?)(?=END:VEVENT)/s, '$2$1');
}

const descriptions = {
  ja: (room: string, url: string) =>
    `Web面接\nルーム名：${room}\n\n参加用リンク：\n${url}\n\n開始時刻になりましたら、リンクを開いてご参加ください。`,
  en: (room: string, url: string) =>
    `Online interview\nRoom: ${room}\n\nYour link:\n${url}\n\nPlease open the link at the beginning of the interview.`,
};

/** The time was agreed on before: no answer is asked for. */
function attendee(to: Mailbox) {
  return {
    name: nameOf(to),
    email: to.address,
    rsvp: false,
    role: ICalAttendeeRole.REQ,
    status: ICalAttendeeStatus.NEEDSACTION,
  };
}

const nameOf = ({ name, address }: Mailbox) => oneLine(name) || address;
