/** What became of many invitations: for people on the terminal, as a CSV, and for programs. */
import type { Readable } from 'node:stream';
import { type Outcome, results } from '../server/admin/invitePlan.ts';
import { csv } from '../server/records/csv.ts';
import { printJson, printLine, printNote } from './output/print.ts';
import { writeOut } from './output/writeOut.ts';

/** One line each, in the order of the rooms. */
export function reportCsv(outcomes: Outcome[]): Readable {
  async function* lines() {
    yield* outcomes;
  }
  return csv<Outcome>(
    [
      { heading: 'room', of: ({ room }) => room },
      { heading: 'applicant', of: ({ applicant }) => applicant },
      { heading: 'email', of: ({ email }) => email },
      { heading: 'result', of: ({ result }) => result },
      { heading: 'why', of: ({ why }) => why },
      { heading: 'message-id', of: ({ messageId }) => messageId },
      { heading: 'subject', of: ({ subject }) => subject },
    ],
    lines(),
  );
}

export type ReportOptions = { csv?: boolean; json?: boolean; cancel?: boolean; dryRun?: boolean };

/**
 * All of it as a CSV or JSON; for people those alone who were not written to and why, and how many there were of each. Of a
 * dry run everyone, with the subject or why not.
 */
export async function printReport(outcomes: Outcome[], options: ReportOptions): Promise<void> {
  const { dryRun = false } = options;
  if (options.json) return printJson({ dryRun, invitations: outcomes });
  if (options.csv) {
    await writeOut(reportCsv(outcomes));
    return printNote(summary(outcomes, options));
  }
  for (const each of outcomes.filter((one) => dryRun || isTold(one))) printLine(lineOf(each, options));
  const untried = outcomes.filter(({ result }) => result === 'not tried');
  const [first] = untried;
  if (first) printLine(`${untried.length} were not tried after that: ${first.why}`);
  printLine(summary(outcomes, options));
}

/** Whether all were written to who should have been, or can be. */
export const isWhole = (outcomes: Outcome[]) =>
  !outcomes.some((each) => isAmiss(each) || each.result === 'not tried');

/** Also of a mail that went out, and was not stored. */
const isAmiss = ({ result, why }: Outcome) =>
  result === 'failed' || result === 'unclear' || (result === 'sent' && why !== null);

/** Nothing is amiss with a closed room, but it may have been closed by mistake. */
const isTold = (each: Outcome) => isAmiss(each) || each.result === 'closed';

function lineOf(each: Outcome, { dryRun }: ReportOptions): string {
  const { result, why, subject } = each;
  if (!dryRun) return `${whom(each)}: ${why}`;
  return `${whom(each)}: ${subject ?? [result, why].filter(Boolean).join(', ')}`;
}

function whom({ room, applicant, email }: Outcome): string {
  const person = [applicant, email && `<${email}>`].filter(Boolean).join(' ');
  return person ? `${room}, ${person}` : room;
}

/** Invitations: 187 sent, 10 already sent, 3 failed. */
function summary(outcomes: Outcome[], { cancel, dryRun }: ReportOptions): string {
  const counts = results
    .map((result) => ({ result, count: outcomes.filter((each) => each.result === result).length }))
    .filter(({ count }) => count > 0)
    .map(({ result, count }) => `${count.toLocaleString('en')} ${result}`);
  const text = `${cancel ? 'Cancellations' : 'Invitations'}: ${counts.join(', ') || 'none'}.`;
  return dryRun ? `${text} This was a dry run: nothing was sent.` : text;
}
