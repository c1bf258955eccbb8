/** What became of many invitations: for people on the terminal, as a CSV, and for programs. */
import type { Readable } from 'node:stream';
import type { Told } from '../server/admin/inviteEach.ts';
import { csv } from '../server/records/csv.ts';
import { printJson, printLine, printNote } from './output/print.ts';
import { writeOut } from './output/writeOut.ts';

const results: Told['result'][] = [
  'sent',
  'already sent',
  'not invited',
  'revoked',
  'over',
  'failed',
  'not tried',
];

/** One line each, in the order of the rooms. */
export function reportCsv(told: Told[]): Readable {
  async function* lines() {
    yield* told;
  }
  return csv<Told>(
    [
      { heading: 'room', of: ({ room }) => room },
      { heading: 'applicant', of: ({ applicant }) => applicant },
      { heading: 'email', of: ({ email }) => email },
      { heading: 'result', of: ({ result }) => result },
      { heading: 'why', of: ({ why }) => why },
      { heading: 'message-id', of: ({ messageId }) => messageId },
    ],
    lines(),
  );
}

export type ReportOptions = { csv?: boolean; json?: boolean; cancel?: boolean };

/** All of it as a CSV or JSON; for people those alone who were not written to and why, and how many there were of each. */
export async function printReport(told: Told[], options: ReportOptions): Promise<void> {
  if (options.json) return printJson({ invitations: told });
  if (options.csv) {
    await writeOut(reportCsv(told));
    return printNote(summary(told, options));
  }
  for (const each of told.filter(isAmiss)) printLine(`${whom(each)}: ${each.why}`);
  const untried = told.filter(({ result }) => result === 'not tried');
  const [first] = untried;
  if (first) printLine(`${untried.length} were not tried after that: ${first.why}`);
  printLine(summary(told, options));
}

/** Whether all were written to who should have been. */
export const isWhole = (told: Told[]) => !told.some((each) => isAmiss(each) || each.result === 'not tried');

/** Also of a mail that went out, and was not stored. */
const isAmiss = ({ result, why }: Told) => result === 'failed' || (result === 'sent' && why !== null);

function whom({ room, applicant, email }: Told): string {
  const person = [applicant, email && `<${email}>`].filter(Boolean).join(' ');
  return person ? `${room}, ${person}` : room;
}

/** Invitations: 187 sent, 10 already sent, 3 failed. */
function summary(told: Told[], { cancel }: ReportOptions): string {
  const counts = results
    .map((result) => ({ result, count: told.filter((each) => each.result === result).length }))
    .filter(({ count }) => count > 0)
    .map(({ result, count }) => `${count.toLocaleString('en')} ${result}`);
  return `${cancel ? 'Cancellations' : 'Invitations'}: ${counts.join(', ') || 'none'}.`;
}
