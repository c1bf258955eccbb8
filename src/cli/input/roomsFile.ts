/** Rooms as lines of a CSV, for `room create --from-csv`. */
import { readFile } from 'node:fs/promises';
import { UserError } from '../../server/errors.ts';
import { type CsvRecord, recordsOf, textOf } from './csvRecords.ts';
import type { RoomOptions } from './roomOptions.ts';
import { similar } from './similar.ts';

/** One room as a line of the file asks for it, in the words of the options. */
export type RoomFileRow = {
  /** The line of the file on which it begins, counted from 1. */
  line: number;
  options: RoomOptions & { name?: string; applicant?: string[]; email?: string[] };
  /** The room's, in a line of `room list --csv`. */
  id: string | null;
  /** It is a line of `room list --csv`, of a room that was closed before its end. */
  isClosed: boolean;
  /** Why the line cannot be read under this heading; null: it can. */
  misfit: string | null;
};

/** As many as anybody makes, or invites to, at once; more is another file by mistake. */
export const MOST_ROWS = 5000;
const MOST_BYTES = 10 * 1024 * 1024;

/** The columns that there can be; they are named like the options. */
const columns = {
  name: 'name',
  title: 'title',
  company: 'company',
  from: 'from',
  until: 'until',
  duration: 'duration',
  'opens-early': 'opensEarly',
  'time-zone': 'timeZone',
  applicant: 'applicant',
  email: 'email',
  'interviewer-seats': 'interviewerSeats',
  'applicant-seats': 'applicantSeats',
  capacity: 'capacity',
  microphone: 'microphone',
  camera: 'camera',
  names: 'names',
  language: 'language',
  note: 'note',
  history: 'history',
  message: 'message',
} as const;
const known = Object.keys(columns).join(', ');
/** What else `room list --csv` writes: with a new room it is made anew. */
const ignored = ['id', 'state', 'interviewer-link', 'applicant-link', 'invited', 'cancelled'];

/** `ignored`: the columns that were not read. */
export type RoomsFile = { rows: RoomFileRow[]; ignored: string[] };

/**
 * Reads a CSV with a heading line, as spreadsheets save it, or as `room list --csv` writes it. Several applicants of one
 * room, and their mail addresses, are separated by ; or a line break; a name with a ; in it stands in quotes.
 * @throws {UserError} it cannot be read; usage: it is not CSV, or has a column that is not known
 */
export async function readRoomsFile(path: string): Promise<RoomsFile> {
  const file = calledFile(path);
  const [head, ...rows] = parsed(file, await contentOf(path));
  if (!head) throw wrong(`${file} is empty: it needs a heading line of these columns: ${known}.`);
  const names = head.cells.map(columnOf);
  assertColumns(file, names);
  if (rows.length === 0) throw wrong(`${file} has a heading and no rooms below it.`);
  if (rows.length > MOST_ROWS)
    throw wrong(
      `${file} has ${rows.length} rooms: at most ${MOST_ROWS} are taken at once; part it (room list --csv --limit ${MOST_ROWS} writes a part).`,
    );
  return {
    ignored: ignored.filter((name) => names.includes(name)),
    rows: rows.map(({ line, cells }) => ({
      line,
      options: optionsOf(names, cells),
      id: withoutGuard(cells[names.indexOf('id')]?.trim() ?? '') || null,
      isClosed: cells[names.indexOf('state')]?.trim() === 'closed',
      misfit: misfitOf(names, cells),
    })),
  };
}

/** As messages call it; - is what comes through a pipe. */
export const calledFile = (path: string) => (path === '-' ? 'the standard input' : path);

async function contentOf(path: string): Promise<Buffer> {
  const file = calledFile(path);
  const content = await (path === '-' ? piped() : readFile(path)).catch((error: NodeJS.ErrnoException) => {
    throw new UserError(`Cannot read ${file} (${error.code})`, {
      remedy: 'check its name and permissions.',
      cause: error,
    });
  });
  if (content.length <= MOST_BYTES) return content;
  throw wrong(`${file} is larger than ${MOST_BYTES / 1024 / 1024} MB: that is not a list of rooms.`);
}

/** All of it, or enough to see that it is too much. */
async function piped(): Promise<Buffer> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of process.stdin) {
    parts.push(part);
    bytes += part.length;
    if (bytes > MOST_BYTES) break;
  }
  return Buffer.concat(parts);
}

/** Capitals, full-width letters and what is put between words make no other column. */
const columnOf = (heading: string) =>
  heading
    .normalize('NFKC')
    .trim()
    .toLowerCase()
    .replace(/[\s_]+/g, '-');

function parsed(file: string, content: Buffer): CsvRecord[] {
  // A workbook is a zip.
  if (content.toString('latin1', 0, 4) === 'PK\u0003\u0004')
    throw wrong(`${file} is a workbook: save it as CSV (in Excel: CSV UTF-8, or Unicode text).`);
  try {
    return recordsOf(textOf(content));
  } catch (error) {
    throw wrong(`${file} is not CSV: ${withoutStop(error as Error)}.`, error);
  }
}

function assertColumns(file: string, names: string[]): void {
  const unknown = names.find((name) => name !== '' && !(name in columns) && !ignored.includes(name));
  if (unknown !== undefined)
    throw wrong(`${file} has a column ${unknown} that is not known${guess(unknown)}: there are ${known}.`);
  const twice = names.find((name, at) => name !== '' && names.indexOf(name) !== at);
  if (twice !== undefined) throw wrong(`${file} has the column ${twice} twice.`);
  if (!names.includes('name')) throw wrong(`${file} has no column name: every room needs one.`);
}

function guess(name: string): string {
  const meant = similar(name, Object.keys(columns));
  return meant === null ? '' : ` (did you mean ${meant}?)`;
}

/** Cells that no heading names, or that are missing: a comma too many or too few moves all that follow. */
function misfitOf(names: string[], record: string[]): string | null {
  const surplus = record.slice(names.length).some((cell) => cell.trim() !== '');
  if (!surplus && record.length >= names.length) return null;
  return `it has ${record.length} cells and the heading ${names.length}: put a text with a comma in it into "quotes".`;
}

/** An empty cell is not given, nor is one of separators alone. */
function optionsOf(names: string[], cells: string[]): RoomFileRow['options'] {
  const given = names.flatMap((name, at) => {
    const text = withoutGuard(cells[at] ?? '');
    return text === '' || !(name in columns) ? [] : [[name as keyof typeof columns, text] as const];
  });
  const read = given.map(([name, text]) => [columns[name], readCell(name, text)] as const);
  return Object.fromEntries(read.filter(([, value]) => value.length > 0));
}

/** What keeps a spreadsheet from taking a text for a formula is no part of it. */
const withoutGuard = (cell: string) => (/^'+[=+\-@\t\r＝＋－＠]/.test(cell) ? cell.slice(1) : cell);

function readCell(name: keyof typeof columns, text: string): string | string[] {
  if (name === 'note') return text;
  if (name === 'email') return text.split(SEPARATORS).map((each) => each.trim());
  if (name !== 'applicant') return text.trim();
  return (text.match(NAMES) ?? []).map((each) => nameOf(each.trim())).filter(Boolean);
}

/** An applicant without an address has an empty place in the list. */
const SEPARATORS = /[;；][^\S\r\n]*(?:\r\n|[\r\n])?|\r\n|[\r\n]/;

/** A name ends before a ; or a line break; "one in quotes" may have a ; in it. */
const NAMES = /[^\S\r\n]*"(?:[^"\r\n]|"")*"[^\S\r\n]*(?=[;；\r\n]|$)|[^;；\r\n]+/g;

/** Quotes are part of the name, unless there is a ; between them: then `room list --csv` has put them there. */
const nameOf = (text: string) =>
  /^".*[;；].*"$/.test(text) ? text.slice(1, -1).replaceAll('""', '"') : text;

/** csv-parse ends some of its sentences with a full stop, and some not. */
const withoutStop = ({ message }: Error) => message.replace(/\.+$/, '');

const wrong = (message: string, cause?: unknown) => new UserError(message, { usage: true, cause });
