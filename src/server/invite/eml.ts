import type { Readable } from 'node:stream';
import { text as textOfStream } from 'node:stream/consumers';
import { createTransport, type SendMailOptions } from 'nodemailer';
import type { Mailbox } from '../mailbox.ts';
import type { Calendar } from './calendar.ts';
import { oneLine } from './invitation.ts';
import type { Message } from './message.ts';

export type Envelope = { from: Mailbox | null; to: Mailbox | null; now: Date };

/** The parts of the mail: text, HTML and calendar as alternatives, and the calendar as a file as well. */
export function mailOptions(
  message: Message,
  calendar: Calendar,
  { from, to, now }: Envelope,
): SendMailOptions {
  return {
    ...(from && { from: inOneLine(from) }),
    ...(to && { to: inOneLine(to) }),
    subject: oneLine(message.subject),
    date: now,
    text: withCrlf(message.text),
    html: withCrlf(message.html),
    ...calendarPart(calendar),
    // Nothing of what is written here is an address to fetch a part from.
    disableFileAccess: true,
    disableUrlAccess: true,
  };
}

/** A message of a scheduling is a part beside text and HTML as well; what is none is a file alone. */
function calendarPart({ method, text }: Calendar): SendMailOptions {
  const file = { filename: 'invite.ics', content: text };
  if (method) return { icalEvent: { method, ...file } };
  return { attachments: [{ ...file, contentType: 'text/calendar; charset=utf-8' }] };
}

/**
 * The mail as a file (RFC 5322, .eml), to be opened in a mail program and sent from there: `X-Unsent` makes
 * those that know it open it as a draft.
 */
export async function inviteEml(message: Message, calendar: Calendar, envelope: Envelope): Promise<string> {
  const transport = createTransport({ streamTransport: true, buffer: false, newline: 'windows' });
  const { message: content } = await transport.sendMail({
    ...mailOptions(message, calendar, envelope),
    headers: { 'X-Unsent': '1' },
  });
  return textOfStream(content as Readable);
}

/** As the lines of a text end in mail, which is encoded as it stands. */
const withCrlf = (text: string) => text.replace(/\r?\n/g, '\r\n');

const inOneLine = ({ name, address }: Mailbox) => ({ name: oneLine(name), address: oneLine(address) });
