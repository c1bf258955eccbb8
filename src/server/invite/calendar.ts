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
import { earlyText } from './when.ts';

/** Minutes before the beginning at which the calendar reminds. */
const ALARM_MINUTES = 15;

/** What the calendar says besides the room. */
export type CalendarOptions = {
  now: Date;
  subject: string;
  /** Who invites and who is invited, where they are known. */
  from: Mailbox | null;
  to: Mailbox | null;
  /** Takes the appointment out of the calendar in which an invitation has put it. */
  isCancelled?: boolean;
};
/** `method` is null where the calendar is no message of a scheduling: a file to open, as any other. */
export type Calendar = { method: 'REQUEST' | 'PUBLISH' | 'CANCEL' | null; text: string };

/**
 * The appointment as a calendar file (RFC 5545). Its times are UTC instants, which every calendar shows in its
 * owner's time zone. REQUEST, which puts it straight into the calendar, needs to name both sides, and PUBLISH, which
 * mail programs offer to add, and CANCEL the sender (RFC 5546 sections 3.2.2, 3.2.1 and 3.2.5). Without a sender it has no
 * method.
 */
export function inviteCalendar(
  invitation: Invitation,
  { now, subject, from, to, isCancelled = false }: CalendarOptions,
): Calendar {
  const { title, roomName, url, language, linkId, revision } = inOneLineEach(invitation);
  const called = calledBy[language](title, roomName);
  const method = methodFor(from, to, isCancelled);
  const calendar = ical({ prodId: { company: 'webinterview', product: 'webinterview' }, method });
  calendar.createEvent({
    // Of the link alone, which is random: the server's address may change, and the appointment is the same.
    id: `${linkId}@webinterview`,
    // A cancellation goes before what it cancels. What follows goes before the cancellation, which raises the revision.
    sequence: 2 * revision + (isCancelled ? 1 : 0),
    stamp: now,
    start: invitation.from,
    end: invitation.until,
    summary: subject,
    ...(isCancelled
      ? cancelled[language](called)
      : confirmed(descriptions[language](called, url, earlyText(invitation)), url)),
    ...(from && { organizer: { name: nameOf(from), email: from.address } }),
    ...(from && to && { attendees: [attendee(to)] }),
    ...(!isCancelled && {
      alarms: [{ type: ICalAlarmType.display, triggerBefore: ALARM_MINUTES * 60, description: subject }],
    }),
  });
  // The generator leaves out the end of the last line.
  return { method, text: `${alarmsLast(calendar.toString()).trimEnd()}\r\n` };
}

function methodFor(from: Mailbox | null, to: Mailbox | null, isCancelled: boolean) {
  if (!from) return null;
  if (isCancelled) return ICalCalendarMethod.CANCEL;
  return to ? ICalCalendarMethod.REQUEST : ICalCalendarMethod.PUBLISH;
}

/** An event's own properties come before its alarms (RFC 5545 section 3.6.1); the generator puts some after them. */
function alarmsLast(text: string): string {
  return text.replace(/(BEGIN:VALARM\r\n.*?END:VALARM\r\n)(.*?)(?=END:VEVENT)/s, '$2$1');
}

const calledBy = {
  ja: (title: string | null, room: string) => (title ? `面接名：${title}` : `ルーム名：${room}`),
  en: (title: string | null, room: string) => (title ? `Interview: ${title}` : `Room: ${room}`),
};

const descriptions = {
  ja: (called: string, url: string, early: string | null) =>
    `Web面接\n${called}\n\n参加用リンク：\n${url}\n\nリンクを開いてご参加ください。入室は${early ? `開始の${early}前` : '開始時刻'}から可能です。`,
  en: (called: string, url: string, early: string | null) =>
    `Online interview\n${called}\n\nYour link:\n${url}\n\nPlease join by the link. You can come in from ${early ? `${early} before ` : ''}the beginning.`,
};

const confirmed = (description: string, url: string) => ({
  description,
  location: url,
  url,
  status: ICalEventStatus.CONFIRMED,
  busystatus: ICalEventBusyStatus.BUSY,
});

/** Without the link, which opens nothing any more or is not to be used. */
const notHeld = (description: string) => ({
  description,
  status: ICalEventStatus.CANCELLED,
  busystatus: ICalEventBusyStatus.FREE,
});
const cancelled = {
  ja: (called: string) => notHeld(`Web面接は中止となりました。\n${called}`),
  en: (called: string) => notHeld(`The online interview has been cancelled.\n${called}`),
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
