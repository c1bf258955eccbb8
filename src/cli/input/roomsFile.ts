/** Rooms as lines of a CSV, for `room create --from-csv`. */
import { readFile } from 'node:fs/promises';
import { parse } from 'csv-parse/sync';
import { UserError } from '../../server/errors.ts';
import type { RoomOptions } from './roomOptions.ts';

export type RoomFileRow = {
  /** The line of the file on which it begins, counted from 1. */
  line: number;
  options: RoomOptions & { name?: string; applicant?: string[] };
  /** Why the line cannot be read under this heading; null: it can. */
  misfit: string | null;
};

/** As much as anybody makes at once; more is another file by mistake. */
const MOST_ROWS = 5000;
const MOST_BYTES = 10 * 1024 * 1024;

/** The columns that there can be; they are named like the options. */
const columns = {
  name: 'name',
  from: 'from',
  until: 'until',
  duration: 'duration',
  'time-zone': 'timeZone',
  applicant: 'applicant',
  'interviewer-seats': 'interviewerSeats',
  'applicant-seats': 'applicantSeats',
  capacity: 'capacity',
  microphone: 'microphone',
  camera: 'camera',
  names: 'names',
  language: 'language',
  note: 'note',
  history: 'history',
} as const;
const known = Object.keys(columns).join(', ');

/**
 * Reads a CSV with a heading line, in UTF-8 or as Excel in Japanese saves it (Shift_JIS). Times may be written as Excel
 * shows them, 2030/4/1 10:00. Several applicants of one room are separated by ; or a line break.
 * @throws {UserError} it cannot be read; usage: it is not CSV, or has a column that is not known
 */
export async function readRoomsFile(file: string): Promise<RoomFileRow[]> {
  const text = textOf(await contentOf(file));
  const records = parsed(file, text);
  const [head, ...rows] = records;
  if (!head) throw wrong(`${file} is empty: it needs a heading line of these columns: ${known}.`);
  const names = head.record.map((name) => name.trim().toLowerCase());
  assertColumns(file, names);
  if (rows.length === 0) throw wrong(`${file} has a heading and no rooms below it.`);
  if (rows.length > MOST_ROWS)
    throw wrong(`${file} has ${rows.length} rooms: at most ${MOST_ROWS} are made at once; part it.`);
  return rows.map((row) => ({
    line: firstLineOf(row),
    options: optionsOf(names, row.record),
    misfit: misfitOf(names, row.record),
  }));
}

async function contentOf(file: string): Promise<Buffer> {
  const content = await readFile(file).catch((error: NodeJS.ErrnoException) => {
    throw new UserError(`Cannot read ${file} (${error.code}): check its name and permissions.`, {
      cause: error,
    });
  });
  if (content.length <= MOST_BYTES) return content;
  throw wrong(`${file} is larger than ${MOST_BYTES / 1024 / 1024} MB: that is not a list of rooms.`);
}

/** What is not UTF-8 is what Excel writes on a Japanese Windows. */
function textOf(content: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(content);
  } catch {
    return new TextDecoder('shift_jis').decode(content);
  }
}

/** `lines`: as far as it was read with this record; `raw`: with the empty lines before it. */
type Parsed = { record: string[]; info: { lines: number }; raw: string };

function parsed(file: string, text: string): Parsed[] {
  try {
    const options = { info: true, raw: true, relax_column_count: true, skip_empty_lines: true, trim: true };
    // Of the two characters of a line break within quotes it counts each.
    return parse(text.replace(/\r\n?/g, '\n'), options) as unknown as Parsed[];
  } catch (error) {
    throw wrong(`${file} is not CSV: ${(error as Error).message}.`, error);
  }
}

/** A cell in quotes may go over several lines. */
function firstLineOf({ info, raw }: Parsed): number {
  return info.lines - (raw.trim().split('\n').length - 1);
}

function assertColumns(file: string, names: string[]): void {
  if (names.length === 1 && /[;\t]/.test(names[0] ?? ''))
    throw wrong(
      `${file} parts its columns by ${names[0]?.includes(';') ? ';' : 'tabs'}: save it as a CSV with commas.`,
    );
  const unknown = names.find((name) => name !== '' && !(name in columns));
  if (unknown !== undefined)
    throw wrong(`${file} has a column ${unknown} that is not known: there are ${known}.`);
  const twice = names.find((name, at) => name !== '' && names.indexOf(name) !== at);
  if (twice !== undefined) throw wrong(`${file} has the column ${twice} twice.`);
  if (!names.includes('name')) throw wrong(`${file} has no column name: every room needs one.`);
}

/** Cells that no heading names, or that are missing: a comma too many or too few moves all that follow. */
function misfitOf(names: string[], record: string[]): string | null {
  const surplus = record.slice(names.length).some((cell) => cell.trim() !== '');
  if (!surplus && record.length >= names.length) return null;
  return `it has ${record.length} cells and the heading ${names.length}: put a text with a comma in it into "quotes".`;
}

/** An empty cell is not given. */
function optionsOf(names: string[], record: string[]): RoomFileRow['options'] {
  const given = names.flatMap((name, at) => {
    const text = record[at]?.trim() ?? '';
    return text === '' || name === '' ? [] : [[name as keyof typeof columns, text] as const];
  });
  return Object.fromEntries(given.map(([name, text]) => [columns[name], readCell(name, text)]));
}

function readCell(name: keyof typeof columns, text: string): string | string[] {
  if (name === 'applicant')
    return text
      .split(/[;；\n]/)
      .map((each) => each.trim())
      .filter(Boolean);
  return text;
}

const wrong = (message: string, cause?: unknown) => new UserError(message, { usage: true, cause });
