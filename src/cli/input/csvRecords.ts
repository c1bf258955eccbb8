/** A list as spreadsheets save one, whatever its encoding and whatever parts its columns. */
import { parse } from 'csv-parse/sync';

/** `line`: where it begins in the file, counted from 1. A cell in quotes may go over several. */
export type CsvRecord = { cells: string[]; line: number };

/**
 * UTF-8, UTF-16 ("Unicode text" of Excel), or Shift_JIS, as Excel in Japanese saves it.
 * @throws {Error} it is none of these
 */
export function textOf(content: Buffer): string {
  const utf16 = utf16Of(content);
  const text = utf16 ? decoded(content, utf16) : (decoded(content, 'utf-8') ?? shiftJisOf(content));
  if (text !== null) return text;
  throw new Error('it is neither UTF-8 nor Shift_JIS; save it as CSV UTF-8');
}

function decoded(content: Buffer, encoding: string): string | null {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(content);
  } catch {
    return null;
  }
}

/**
 * Other encodings pass for Shift_JIS now and then. A letter of a Western one becomes a kanji between two of ASCII, or what no font
 * has; EUC-JP becomes half-width kana, of which a list in Shift_JIS may well consist, but hardly in pairs throughout.
 */
function shiftJisOf(content: Buffer): string | null {
  const text = decoded(content, 'shift_jis');
  if (text === null || /[a-z]\p{Script=Han}[a-z]|\p{Co}/u.test(text)) return null;
  const japanese = text.match(/[^\p{ASCII}]/gu) ?? [];
  const halfWidth = text.match(/[\uff61-\uff9f]/gu) ?? [];
  const isEucJp = halfWidth.length > japanese.length / 2 && decoded(content, 'euc-jp') !== null;
  return isEucJp ? null : text;
}

/** By its byte order mark, else by its heading, which is ASCII: of the two bytes of a letter one is empty. */
function utf16Of(content: Buffer): 'utf-16le' | 'utf-16be' | null {
  const [first, second] = content;
  if (first === undefined || second === undefined) return null;
  if ((first === 0xff && second === 0xfe) || (first !== 0 && second === 0)) return 'utf-16le';
  if ((first === 0xfe && second === 0xff) || (first === 0 && second !== 0)) return 'utf-16be';
  return null;
}

/**
 * Empty lines, and lines of empty cells, are left out. Cells are trimmed, but for what is in quotes.
 * @throws {Error} it is not CSV
 */
export function recordsOf(text: string): CsvRecord[] {
  // With `raw`, a record has the empty lines before it.
  const found = parse(text.replace(/^sep=./i, ''), {
    delimiter: delimiterOf(text),
    record_delimiter: ['\r\n', '\n', '\r'],
    info: true,
    raw: true,
    relax_column_count: true,
    skip_empty_lines: true,
    trim: true,
  }) as unknown as { record: string[]; raw: string }[];
  let line = 1;
  const records = found.map(({ record, raw }) => {
    const before = lineBreaks(/^[\r\n]*/.exec(raw)?.[0] ?? '');
    const begins = line + before;
    line += lineBreaks(raw);
    return { cells: record, line: begins };
  });
  return records.filter(({ cells }) => cells.some((cell) => cell.trim() !== ''));
}

const lineBreaks = (text: string) => text.match(/\r\n?|\n/g)?.length ?? 0;

/** The heading has no other such character, as it has the names of columns alone; or a line before it says which (Excel). */
function delimiterOf(text: string): string {
  const [heading = ''] = text.replace(/^[\r\n]+/, '').split(/[\r\n]/, 1);
  const said = /^sep=(.)$/i.exec(heading)?.[1];
  if (said) return said;
  const count = (mark: string) => heading.split(mark).length;
  return [',', ';', '\t'].reduce((most, mark) => (count(mark) > count(most) ? mark : most));
}
