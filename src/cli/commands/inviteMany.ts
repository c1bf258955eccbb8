/** `webinterview invite --from-csv`: everyone of the rooms in a list, by mail, and a report of who was not reached. */
import { linkProblem } from '../../server/admin/invitations.ts';
import { sendInvitations } from '../../server/admin/inviteEach.ts';
import {
  type Due,
  foreseen,
  isDue,
  type ListedRoom,
  type Outcome,
  outcome,
  type Planned,
  planInvitations,
} from '../../server/admin/invitePlan.ts';
import { UserError } from '../../server/errors.ts';
import { openMailer } from '../../server/invite/smtp.ts';
import type { Mailbox } from '../../server/mailbox.ts';
import { emailsOf } from '../../server/room/emails.ts';
import { confirm } from '../confirm.ts';
import { type CliAdmin, configOf, explained, withAdmin } from '../context.ts';
import { calledFile, type RoomFileRow, readRoomsFile } from '../input/roomsFile.ts';
import { isWhole, printReport } from '../inviteReport.ts';
import { publicUrlOf } from '../links.ts';
import { counted } from '../output/counted.ts';
import { printNote } from '../output/print.ts';
import { showProgress } from '../output/progress.ts';
import { type InviteOptions, senderOf, smtpUrlOf } from './invite.ts';

export type InviteManyOptions = InviteOptions & { reinvite?: boolean; csv?: boolean };

/** Whoever has the invitation as it would be sent now is not written to again. */
export async function inviteMany(file: string, options: InviteManyOptions): Promise<void> {
  if (!options.smtp)
    throw new UserError('--from-csv writes to everyone by mail: say --smtp too.', { usage: true });
  const config = configOf(options);
  const from = senderOf(config, options);
  const smtpUrl = smtpUrlOf(config, from);
  const rows = rowsOf(calledFile(file), (await readRoomsFile(file)).rows);
  const publicUrl = await publicUrlOf(config);
  noteProblem(publicUrl, options);
  await withAdmin(config, { create: false }, async (admin) => {
    const { cancel: isCancelled = false, again = false, reinvite = false, language } = options;
    const listed = await roomsOf(admin, rows);
    const { secret } = admin;
    const { openEarlyMinutes } = config.room;
    const asked = { publicUrl, secret, openEarlyMinutes, from, language, isCancelled, again, reinvite };
    const request = { ...asked, now: admin.now() };
    const planned = listed.flatMap((each) => ('result' in each ? [each] : planInvitations(each, request)));
    if (options.dryRun) return report(planned.map(foreseen), options);
    const due = planned.filter(isDue);
    const [first] = due;
    if (first)
      await confirm([intention(planned, due, { smtpUrl, from, isCancelled }), firstOf(first)], options);
    const progress = showProgress(due.length, isCancelled ? 'cancellations' : 'invitations');
    const mailer = openMailer(smtpUrl);
    const sending = {
      mailer,
      request,
      onDone: progress.at,
      explained: (error: unknown) => explained(config, error),
    };
    const outcomes = await sendInvitations(admin, planned, sending).finally(() => {
      mailer.close();
      progress.end();
    });
    await report(outcomes, options);
  });
}

async function report(outcomes: Outcome[], options: InviteManyOptions): Promise<void> {
  await printReport(outcomes, options);
  const isSkipped = !options.cancel && outcomes.some(({ result }) => result === 'cancelled');
  if (isSkipped && !options.json)
    printNote('whoever was told that it is cancelled is invited again with --reinvite alone.');
  if (isWhole(outcomes)) return;
  process.exitCode = 1;
  if (!options.json && !options.dryRun) noteRest(options);
}

/** Of a link that nobody else can open, it is wrong before anybody is written to. */
function noteProblem(publicUrl: string, { cancel, json }: InviteManyOptions): void {
  const problem = cancel ? null : linkProblem({ url: publicUrl });
  if (problem?.isUseless) throw new UserError(`Each ${problem.text}`);
  if (problem && !json) printNote(`each ${problem.text}`);
}

function intention(
  planned: Planned[],
  due: Due[],
  { smtpUrl, from, isCancelled }: { smtpUrl: string; from: Mailbox | null; isCancelled: boolean },
): string {
  const what = counted(due.length, isCancelled ? 'cancellation' : 'invitation');
  const failing = planned.filter((each) => !isDue(each) && each.result === 'failed').length;
  const rest = failing > 0 ? ` ${failing} cannot be sent, as the report will say.` : '';
  return `This sends ${what} from ${from?.address} by ${new URL(smtpUrl).host}.${rest}`;
}

function firstOf({ room, applicant, email, invite }: Due): string {
  const whom = [applicant, `<${email}>`].filter(Boolean).join(' ');
  return `The first: ${room}, ${whom}: ${invite.message.subject}. For all of them say --dry-run.`;
}

/** What is to be done about those who were not reached. */
function noteRest({ again, cancel }: InviteManyOptions): void {
  const spared = cancel ? 'who was told is not told again' : 'who has the invitation is not written to again';
  const one = `webinterview invite ROOM --applicant NAME --smtp${cancel ? ' --cancel' : ''}`;
  printNote(
    again
      ? `with --again everyone would be written to once more: write to those alone who were not reached, one by one (${one}).`
      : `once this is mended, run the same command again: ${spared}.`,
  );
}

// ---- the list ---------------------------------------------------------------------------------------------

type Row = { name: string; id: string | null; given: ListedRoom['given'] };

/** Looks at every row before anybody is written to. @throws {UserError} usage: with a line for each that is wrong */
function rowsOf(file: string, rows: RoomFileRow[]): Row[] {
  const problems: string[] = [];
  const read = rows.flatMap((row) => {
    try {
      return [rowOf(row)];
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      problems.push(`line ${row.line}: ${error.message}`);
      return [];
    }
  });
  if (problems.length === 0) return read;
  throw new UserError(
    `${problems.length} of ${rows.length} rows of ${file} ${problems.length === 1 ? 'is' : 'are'} wrong, so nobody was written to:`,
    { usage: true, details: problems },
  );
}

function rowOf({ options: { name = '', applicant = [''], email = [] }, id, misfit }: RoomFileRow): Row {
  if (misfit) throw new UserError(misfit);
  if (!name && !id) throw new UserError('the name is missing.');
  const emails = emailsOf(applicant.length, email);
  return { name, id, given: applicant.map((each, at) => ({ applicant: each, email: emails[at] ?? null })) };
}

/** The rooms of the list in its order, each once however many lines it has; what is not there is told as such. */
async function roomsOf({ store }: CliAdmin, rows: Row[]): Promise<(ListedRoom | Outcome)[]> {
  const byId = new Map<string, ListedRoom>();
  const listed: (ListedRoom | Outcome)[] = [];
  for (const { name, id, given } of rows) {
    // A list of rooms that were made anew from it has the ids of those before.
    const room = (id && (await store.rooms.get(id))) || (await store.rooms.find(name));
    const known = room && byId.get(room.id);
    if (known) known.given.push(...given);
    else if (room) {
      const each = { room, given, links: await store.rooms.links(room.id) };
      byId.set(room.id, each);
      listed.push(each);
    } else {
      const called = name || String(id);
      listed.push(
        ...given.map((each) => outcome({ room: called, ...each }, 'failed', 'there is no such room')),
      );
    }
  }
  return listed;
}
