import { extname } from 'node:path';
import { Readable } from 'node:stream';
import { type Invite, inviteTo, linkProblem, type Sender } from '../../server/admin/invitations.ts';
import { findRoom, recordCancelled } from '../../server/admin/rooms.ts';
import type { Config } from '../../server/config.ts';
import { UserError } from '../../server/errors.ts';
import { inviteEml } from '../../server/invite/eml.ts';
import { type Mailbox, parseMailbox } from '../../server/mailbox.ts';
import { assertMayWrite } from '../../server/ownFiles.ts';
import type { LinkRecord, RoomRecord } from '../../server/room/records.ts';
import { configOf, withAdmin } from '../context.ts';
import { type Applicant, applicantOf } from '../input/applicant.ts';
import { type SendOptions, sendOne } from '../inviteSend.ts';
import { publicUrlOf } from '../links.ts';
import { printJson, printLine, printNote } from '../output/print.ts';
import { writeWhole } from '../output/writeWhole.ts';

/** The forms in which an invitation is written: a whole mail, its text or page, or the calendar file alone. */
export const formats = ['eml', 'text', 'html', 'ics'] as const;
export type InviteFormat = (typeof formats)[number];
export type InviteOptions = SendOptions & {
  applicant?: string;
  language?: 'ja' | 'en';
  to?: string;
  fromAddress?: string;
  output?: string;
  format?: InviteFormat;
  smtp?: boolean;
  cancel?: boolean;
};

/**
 * `webinterview invite ROOM`: the message to an applicant, to copy, to open in a mail program, or sent; or that nothing comes
 * of it.
 */
export async function invite(nameOrId: string, options: InviteOptions): Promise<void> {
  const config = configOf(options);
  if (options.output !== undefined) assertMayWrite(config, options.output, 'the invitation');
  const to = mailboxOf(options.to, '--to');
  const from = senderOf(config, options);
  const smtpUrl = options.smtp ? smtpUrlOf(config, from) : null;
  if (options.cancel) assertSender(from, options);
  const publicUrl = await publicUrlOf(config);
  await withAdmin(config, { create: false }, async (admin) => {
    const room = await findRoom(admin, nameOrId);
    const links = await admin.store.rooms.links(room.id);
    const { cancel: isCancelled, language } = options;
    const applicant = applicantOf(links, room.name, options.applicant, { revokedToo: isCancelled });
    const { link } = applicant;
    const addressee = to ?? (link.email === null ? null : { name: '', address: link.email });
    if (smtpUrl && !addressee) throw noAddress(room, applicant);
    const { secret } = admin;
    const envelope = { from, to: addressee, now: admin.now() };
    const { openEarlyMinutes } = config.room;
    const asked = { publicUrl, secret, openEarlyMinutes, language, isCancelled, ...envelope };
    const made = inviteTo(room, applicant, asked);
    if (!options.dryRun) noteState(room, link, options);
    if (smtpUrl) return sendOne(admin, { room, link, invite: made }, smtpUrl, options);
    if (isCancelled) await recordCancelled(admin, room);
    await write(config, made, options);
  });
}

function noAddress({ name }: RoomRecord, { link }: Applicant): UserError {
  const whose = link.label || 'the applicant';
  return new UserError(
    `--smtp needs --to: no mail address of ${whose} is stored in ${name} (webinterview room email stores one).`,
    { usage: true },
  );
}

function noteState(room: RoomRecord, link: LinkRecord, { cancel, smtp }: InviteOptions): void {
  if (cancel && !room.closedAt && !link.revokedAt)
    printNote(
      `the link still opens the room: refuse it with webinterview room revoke ${room.id} ${link.id}, or close the room.`,
    );
  if (room.closedAt && !cancel && !smtp)
    printNote(`the room ${room.name} is closed now; nobody can enter it before it is reopened.`);
}

/** A calendar heeds a cancellation of whoever has invited alone (RFC 5546 section 3.2.5); a text needs none. */
function assertSender(from: Mailbox | null, { format, output, json }: InviteOptions): void {
  if (from) return;
  if (!json && ['text', 'html'].includes(format ?? formatOf(output))) return;
  throw new UserError('A cancellation needs a sender, as calendars heed whoever has invited alone', {
    remedy: 'set mail.from in the configuration, or give --from-address.',
  });
}

// ---- sending --------------------------------------------------------------------------------------------

/** Who sends it, as far as that is known. @throws {UserError} usage: the option is no mail address */
export function senderOf({ mail }: Config, { fromAddress }: InviteOptions): Sender | null {
  const given = mailboxOf(fromAddress, '--from-address');
  const usual = parseMailbox(mail.from ?? '');
  return given ?? (usual && { ...usual, nameEn: mail.fromNameEn });
}

/** @throws {UserError} nothing says which server, or who sends it; whatever is missing is named at once */
export function smtpUrlOf({ mail }: Config, from: Mailbox | null): string {
  const { smtpUrl } = mail;
  if (smtpUrl && from) return smtpUrl;
  const server = smtpUrl ? [] : ['set mail.smtpUrl in the configuration'];
  const sender = from ? [] : ['set mail.from in the configuration, or give --from-address'];
  const missing = [smtpUrl ? [] : 'a mail server', from ? [] : 'a sender'].flat();
  throw new UserError(`--smtp needs ${missing.join(' and ')}`, {
    remedy: `${[...server, ...sender].join('; ')}.`,
  });
}

// ---- writing --------------------------------------------------------------------------------------------

async function write(config: Config, made: Invite, options: InviteOptions): Promise<void> {
  const format = options.format ?? formatOf(options.output);
  const problem = options.cancel ? null : linkProblem(made.invitation);
  if (problem) printNote(`the ${problem.text}`);
  if (options.json && options.output === undefined) return printJson(asJson(made, options));
  const { from } = made.envelope;
  if (format === 'eml' && !from) {
    printNote('no sender is known; the mail program has to fill it in (mail.from, or --from-address).');
  }
  const content = await contentOf(made, format);
  if (options.output === undefined) {
    process.stdout.write(content);
    return;
  }
  await writeWhole(config, options.output, Readable.from([content]));
  if (options.json) printJson({ output: options.output, format });
  else
    printLine(`Wrote the ${options.cancel ? 'cancellation' : 'invitation'} (${format}) to ${options.output}`);
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

function asJson({ invitation, message, calendar, envelope }: Invite, { cancel = false }: InviteOptions) {
  const { roomName, applicantName, from, until, movedFrom, timeZone, language, url } = invitation;
  return {
    room: roomName,
    applicant: applicantName,
    from,
    until,
    movedFrom,
    timeZone,
    language,
    url: cancel ? null : url,
    cancelled: cancel,
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
    `${option} ${JSON.stringify(text)} is not a mail address: expected e.g. hanako@example.com or "Hanako Sato <hanako@example.com>".`,
    { usage: true },
  );
}
