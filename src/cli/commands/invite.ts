import { extname } from 'node:path';
import { Readable } from 'node:stream';
import { findRoom } from '../../server/admin/rooms.ts';
import type { Config } from '../../server/config.ts';
import { UserError } from '../../server/errors.ts';
import { type Calendar, inviteCalendar } from '../../server/invite/calendar.ts';
import { type Envelope, inviteEml, mailOptions } from '../../server/invite/eml.ts';
import type { Invitation } from '../../server/invite/invitation.ts';
import { inviteMessage, type Message } from '../../server/invite/message.ts';
import { sendBySmtp } from '../../server/invite/smtp.ts';
import { isLoopback } from '../../server/loopback.ts';
import { type Mailbox, parseMailbox } from '../../server/mailbox.ts';
import { recordTime } from '../../server/records/times.ts';
import { linkToken, linkUrl } from '../../server/room/links.ts';
import type { RoomRecord } from '../../server/room/ports.ts';
import { openSecret } from '../../server/secret.ts';
import { type CommonOptions, configOf, withStore } from '../context.ts';
import { type Applicant, applicantOf } from '../input/applicant.ts';
import { publicUrlOf } from '../links.ts';
import { printJson, printLine, printNote } from '../output/print.ts';
import { writeWhole } from '../output/writeWhole.ts';

export const formats = ['eml', 'text', 'html', 'ics'] as const;
export type InviteFormat = (typeof formats)[number];
export type InviteOptions = CommonOptions & {
  applicant?: string;
  language?: 'ja' | 'en';
  to?: string;
  fromAddress?: string;
  output?: string;
  format?: InviteFormat;
  smtp?: boolean;
};

/** All that an invitation is made of, in each of its forms. */
type Invite = { invitation: Invitation; message: Message; calendar: Calendar; envelope: Envelope };

/** `webinterview invite ROOM`: the message to an applicant, to copy, to open in a mail program, or sent. */
export async function invite(nameOrId: string, options: InviteOptions): Promise<void> {
  const config = configOf(options);
  const to = mailboxOf(options.to, '--to');
  const from = mailboxOf(options.fromAddress, '--from-address') ?? parseMailbox(config.mail.from ?? '');
  const smtpUrl = options.smtp ? smtpUrlOf(config, from, to) : null;
  const now = new Date();
  const made = await inviteOf(config, nameOrId, options, { from, to, now });
  if (smtpUrl) return send(made, smtpUrl, options);
  await write(made, options);
}

async function inviteOf(
  config: Config,
  nameOrId: string,
  options: InviteOptions,
  { from, to, now }: Envelope,
): Promise<Invite> {
  const publicUrl = await publicUrlOf(config);
  const { room, applicant, secret } = await withStore(config, { create: false }, async (store) => {
    const room = await findRoom({ store }, nameOrId);
    const applicant = applicantOf(await store.rooms.links(room.id), room.name, options.applicant);
    return { room, applicant, secret: await openSecret(config, store) };
  });
  assertOpens(room, now);
  const url = linkUrl(publicUrl, linkToken(secret, applicant.link));
  const invitation = invitationOf(room, applicant, { url, language: options.language, from });
  const message = inviteMessage(invitation);
  const addressee = to && { ...to, name: to.name || (applicant.name ?? '') };
  const envelope = { from, to: addressee, now };
  return {
    invitation,
    message,
    envelope,
    calendar: inviteCalendar(invitation, { subject: message.subject, ...envelope }),
  };
}

function invitationOf(
  room: RoomRecord,
  { link, name }: Applicant,
  { url, language, from }: { url: string; language?: 'ja' | 'en'; from: Mailbox | null },
): Invitation {
  return {
    roomName: room.name,
    from: room.from,
    until: room.until,
    timeZone: room.timeZone,
    language: language ?? room.language,
    applicantName: name,
    url,
    // The name before the sender's address is how the applicant knows them.
    company: from?.name || null,
    linkId: link.id,
    revision: room.version + link.version,
  };
}

function assertOpens({ name, until, timeZone, closedAt }: RoomRecord, now: Date): void {
  if (until <= now) {
    throw new UserError(
      `The room ${name} closed ${recordTime(until, timeZone)} (${timeZone}), and nobody can enter it: give it a later time first.`,
    );
  }
  if (closedAt) printNote(`the room ${name} is closed now; nobody can enter it before it is reopened.`);
}

/** Why the applicant cannot open the link, wherever they are; null: nothing speaks against it. */
function linkProblem({ url }: Invitation): string | null {
  const { origin, hostname } = new URL(url);
  if (!isLoopback(hostname)) return null;
  return `link begins with ${origin}, which nobody else can open: set http.publicUrl to the address people use.`;
}

// ---- sending --------------------------------------------------------------------------------------------

function smtpUrlOf({ mail }: Config, from: Mailbox | null, to: Mailbox | null): string {
  if (!to) throw new UserError('--smtp needs --to: say to which address.', { usage: true });
  if (!mail.smtpUrl)
    throw new UserError('--smtp needs a mail server: set mail.smtpUrl in the configuration.');
  if (!from) {
    throw new UserError('--smtp needs a sender: set mail.from in the configuration, or give --from-address.');
  }
  return mail.smtpUrl;
}

async function send(
  { invitation, message, calendar, envelope }: Invite,
  smtpUrl: string,
  options: InviteOptions,
) {
  const problem = linkProblem(invitation);
  if (problem) throw new UserError(`The ${problem}`);
  const messageId = await sendBySmtp(smtpUrl, mailOptions(message, calendar, envelope));
  const address = envelope.to?.address;
  if (options.json) printJson({ sent: true, to: address, subject: message.subject, messageId });
  else printLine(`Sent to ${address}: ${message.subject}`);
}

// ---- writing --------------------------------------------------------------------------------------------

async function write(made: Invite, options: InviteOptions): Promise<void> {
  const format = options.format ?? formatOf(options.output);
  const problem = linkProblem(made.invitation);
  if (problem) printNote(`the ${problem}`);
  if (options.json && options.output === undefined) return printJson(asJson(made));
  const { from } = made.envelope;
  if (format === 'eml' && !from) {
    printNote('no sender is known; the mail program has to fill it in (mail.from, or --from-address).');
  }
  const content = await contentOf(made, format);
  if (options.output === undefined) {
    process.stdout.write(content);
    return;
  }
  await writeWhole(options.output, Readable.from([content]));
  if (options.json) printJson({ output: options.output, format });
  else printLine(`Wrote the invitation (${format}) to ${options.output}`);
}

/** By the ending of the file's name; a file is a mail otherwise, and what is read at once is text. */
function formatOf(output: string | undefined): InviteFormat {
  if (output === undefined) return 'text';
  const byEnding: Record<string, InviteFormat> = { '.txt': 'text', '.html': 'html', '.ics': 'ics' };
  return byEnding[extname(output).toLowerCase()] ?? 'eml';
}

async function contentOf({ message, calendar, envelope }: Invite, format: InviteFormat): Promise<string> {
  if (format === 'eml') return inviteEml(message, calendar, envelope);
  if (format === 'ics') return calendar.text;
  if (format === 'html') return message.html;
  // As it is copied into a mail program: the subject goes first.
  return `${message.subject}\n\n${message.text}`;
}

function asJson({ invitation, message, calendar, envelope }: Invite) {
  const { roomName, applicantName, from, until, timeZone, language, url } = invitation;
  return {
    room: roomName,
    applicant: applicantName,
    from,
    until,
    timeZone,
    language,
    url,
    sender: envelope.from?.address ?? null,
    to: envelope.to?.address ?? null,
    ...message,
    ics: calendar.text,
  };
}

function mailboxOf(text: string | undefined, option: string): Mailbox | null {
  if (text === undefined) return null;
  const mailbox = parseMailbox(text);
  if (mailbox) return mailbox;
  throw new UserError(
    `${option} ${JSON.stringify(text)} is no mail address: expected e.g. hanako@example.com or "Hanako Sato <hanako@example.com>".`,
    { usage: true },
  );
}
