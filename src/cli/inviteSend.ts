/** One invitation, or that it is cancelled, by mail: not twice without a word, and not where nobody could enter. */
import { deliver, isTheirs } from '../server/admin/deliver.ts';
import { begunMail, doubts } from '../server/admin/doubts.ts';
import { type Invite, linkProblem } from '../server/admin/invitations.ts';
import { recordCancelled } from '../server/admin/rooms.ts';
import { UserError } from '../server/errors.ts';
import { mailOptions } from '../server/invite/eml.ts';
import { sendBySmtp } from '../server/invite/smtp.ts';
import type { LinkRecord, RoomRecord } from '../server/room/records.ts';
import { type Confirming, confirm } from './confirm.ts';
import type { CliAdmin } from './context.ts';
import { printJson, printLine, printNote } from './output/print.ts';
import { shellWord } from './output/shellWord.ts';

/** `again`: also what was sent already. `dryRun`: says what would be done, and does nothing. */
export type SendOptions = Confirming & { again?: boolean; dryRun?: boolean };

type One = { room: RoomRecord; link: LinkRecord; invite: Invite };

/**
 * Asks on a terminal before somebody is written to once more; elsewhere that needs --yes or --again.
 * @throws {UserError} what `deliver` throws; the room is closed, the link useless, somebody else writes to them right now;
 *   usage: it needs --yes
 */
export async function sendOne(
  admin: CliAdmin,
  one: One,
  smtpUrl: string,
  options: SendOptions,
): Promise<void> {
  const { room, link, invite } = one;
  assertUsable(one);
  const theirs = isTheirs(link, room, invite);
  const against = theirs ? doubts(room, link, { invite, now: admin.now() }) : [];
  if (options.dryRun) return foretell(one, against, options);
  if (theirs && begunMail(link, room, admin.now())?.isRunning) throw new UserError(against.join(' '));
  const yes = Boolean(options.yes || options.again);
  if (against.length > 0)
    await confirm([...against, 'This writes to them once more.'], { ...options, yes }, { needsYes: true });
  const claimed = theirs ? await claimedLink(admin, one) : null;
  const send = async () => {
    if (invite.isCancelled) await recordCancelled(admin, room);
    return sendBySmtp(smtpUrl, mailOptions(invite.message, invite.calendar, invite.envelope));
  };
  const { messageId, unstored } = await deliver(admin, { link, claimed }, invite, send);
  const { subject } = invite.message;
  const to = invite.envelope.to?.address;
  if (options.json) printJson({ sent: true, to, subject, messageId });
  else printLine(`Sent to ${to}: ${subject}`);
  if (!theirs) noteAddress(one, options);
  if (unstored !== null) throw unstored;
}

function assertUsable({ room, invite }: One): void {
  if (invite.isCancelled) return;
  if (room.closedAt)
    throw new UserError(`The room ${room.name} is closed, and nobody can enter it`, {
      remedy: `reopen it first (webinterview room reopen ${shellWord(room.name)}).`,
    });
  const problem = linkProblem(invite.invitation);
  if (problem?.isUseless) throw new UserError(`The ${problem.text}`);
  if (problem) printNote(`the ${problem.text}`);
}

function foretell({ invite }: One, against: string[], { json }: SendOptions): void {
  const { subject } = invite.message;
  const to = invite.envelope.to?.address;
  if (json) {
    printJson({ dryRun: true, sent: false, to, subject, against });
    return;
  }
  printLine(`To ${to}: ${subject}`);
  for (const text of against) printLine(`${text} To write to them once more, say --again.`);
  printLine('This was a dry run: nothing was sent.');
}

async function claimedLink({ store, now }: CliAdmin, { room, link }: One): Promise<LinkRecord> {
  const claimed = await store.invitations.claim(link, now());
  if (claimed) return claimed;
  throw new UserError(`Somebody else has just written to them, or changed the room ${room.name}`, {
    remedy: 'look at it and try again.',
    code: 'changed',
  });
}

/** Where the next list will write to, as it is not where this one went. */
function noteAddress({ room, link }: One, { json }: SendOptions): void {
  if (json || link.email === null) return;
  printNote(
    `${link.email} stays stored, and lists do not count this mail; if it is wrong: webinterview room email ${shellWord(room.name)} ${shellWord(link.label || link.id)} ADDRESS`,
  );
}
