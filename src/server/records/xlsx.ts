import { Readable } from 'node:stream';
import { IANAZone } from 'luxon';
import yazl from 'yazl';
import type { Cell, Column, LocalTime } from './table.ts';
import { add } from './zip.ts';

/** Rows of one sheet, its heading included: what Excel can open. */
const SHEET_ROWS = 1_048_576;
/** Characters in one cell: what Excel can hold. */
const CELL_CHARACTERS = 32_767;
/** Characters that are handed on together: row by row a stream costs more than what is in it. */
const CHUNK = 64 * 1024;
/** Days from 1899-12-30, where Excel begins to count, to 1970-01-01. */
const EPOCH_DAYS = 25_569;
const DAY_MS = 86_400_000;

const xml = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const spreadsheetml = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const relationships = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const packageNs = 'http://schemas.openxmlformats.org/package/2006';

/**
 * An Excel workbook (ECMA-376), written as the rows come, so that memory stays the same however many there are. Times are real ones, on the
 * clock of their zone. More rows than a sheet can hold go on in another one. An error of `rows` is the stream's.
 */
export function xlsx<R>(columns: Column<R>[], rows: AsyncIterable<R>): Readable {
  const zip = new yazl.ZipFile();
  const output = zip.outputStream as Readable;
  write(zip, columns, rows).catch((error) => output.destroy(error));
  return output;
}

async function write<R>(zip: yazl.ZipFile, columns: Column<R>[], rows: AsyncIterable<R>): Promise<void> {
  const source = rows[Symbol.asyncIterator]();
  let sheets = 0;
  for (let more = true; more; ) {
    sheets++;
    const part = { done: false };
    const sheet = Readable.from(sheetXml(columns, source, part), { objectMode: false });
    await add(zip, `xl/worksheets/sheet${sheets}.xml`, sheet, { compressionLevel: 3 });
    more = !part.done;
  }
  for (const [path, content] of parts(sheets)) zip.addBuffer(Buffer.from(xml + content), path);
  zip.end();
}

async function* sheetXml<R>(
  columns: Column<R>[],
  source: AsyncIterator<R>,
  part: { done: boolean },
): AsyncGenerator<string> {
  const letters = columns.map((_, i) => columnLetters(i));
  const headings = columns.map(({ heading }, i) => textCell(`${letters[i]}1`, heading, HEADING)).join('');
  const widths = columns
    .map((_, i) => `<col min="${i + 1}" max="${i + 1}" width="20" customWidth="1"/>`)
    .join('');
  let text = `${xml}<worksheet xmlns="${spreadsheetml}"><sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><cols>${widths}</cols><sheetData><row>${headings}</row>`;
  for (let count = 1; count < SHEET_ROWS; count++) {
    const next = await source.next();
    if (next.done) {
      part.done = true;
      break;
    }
    const cells = columns.map(({ of }, i) => cellXml(`${letters[i]}${count + 1}`, of(next.value)));
    text += `<row>${cells.join('')}</row>`;
    if (text.length < CHUNK) continue;
    yield text;
    text = '';
  }
  yield `${text}</sheetData></worksheet>`;
}

/** The numbers of the formats in `styles`. */
const TIME = 1;
const HEADING = 2;
const EXACT_TIME = 3;

/** @param at where it stands, e.g. B7: the standard lets it be left out, not every reader does */
function cellXml(at: string, cell: Cell): string {
  if (cell === null || cell === '') return '';
  if (typeof cell === 'number') return `<c r="${at}"><v>${cell}</v></c>`;
  return typeof cell === 'string'
    ? textCell(at, cell)
    : `<c r="${at}" s="${cell.seconds ? EXACT_TIME : TIME}"><v>${serial(cell)}</v></c>`;
}

/** Text stays text: what would be a formula in a CSV is none here. */
function textCell(at: string, text: string, style = 0): string {
  const format = style ? ` s="${style}"` : '';
  return `<c r="${at}"${format} t="inlineStr"><is><t xml:space="preserve">${escaped(text.slice(0, CELL_CHARACTERS))}</t></is></c>`;
}

/** A to Z, then AA and on. */
function columnLetters(index: number): string {
  const last = String.fromCharCode(65 + (index % 26));
  return index < 26 ? last : columnLetters(Math.floor(index / 26) - 1) + last;
}

/** Days since Excel's beginning, on the wall clock of the zone, to the millisecond. */
function serial({ at, timeZone }: LocalTime): number {
  const local = at.getTime() + IANAZone.create(timeZone).offset(at.getTime()) * 60_000;
  return EPOCH_DAYS + local / DAY_MS;
}

/** What XML cannot hold is written as Excel does, _x000B_ (ST_Xstring); a text that looks so is escaped itself. */
function escaped(text: string): string {
  return text
    .replace(/_(?=x[0-9A-Fa-f]{4}_)/g, '_x005F_')
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .toWellFormed()
    .replace(
      unwritable,
      (letter) => `_x${letter.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}_`,
    );
}
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for.
const unwritable = /[\u0000-\u0008\u000B-\u001F\uFFFE\uFFFF]/g;

/** What a workbook has beside its sheets. */
function parts(sheets: number): [path: string, content: string][] {
  const numbers = Array.from({ length: sheets }, (_, i) => i + 1);
  const override = (path: string, type: string) =>
    `<Override PartName="${path}" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.${type}+xml"/>`;
  const relation = (id: string, type: string, target: string) =>
    `<Relationship Id="${id}" Type="${relationships}/${type}" Target="${target}"/>`;
  return [
    [
      '[Content_Types].xml',
      `<Types xmlns="${packageNs}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>${override('/xl/workbook.xml', 'sheet.main')}${override('/xl/styles.xml', 'styles')}${numbers.map((n) => override(`/xl/worksheets/sheet${n}.xml`, 'worksheet')).join('')}</Types>`,
    ],
    [
      '_rels/.rels',
      `<Relationships xmlns="${packageNs}/relationships">${relation('rId1', 'officeDocument', 'xl/workbook.xml')}</Relationships>`,
    ],
    [
      'xl/workbook.xml',
      `<workbook xmlns="${spreadsheetml}" xmlns:r="${relationships}"><sheets>${numbers.map((n) => `<sheet name="${n}" sheetId="${n}" r:id="rId${n}"/>`).join('')}</sheets></workbook>`,
    ],
    [
      'xl/_rels/workbook.xml.rels',
      `<Relationships xmlns="${packageNs}/relationships">${numbers.map((n) => relation(`rId${n}`, 'worksheet', `worksheets/sheet${n}.xml`)).join('')}${relation('rIdStyles', 'styles', 'styles.xml')}</Relationships>`,
    ],
    ['xl/styles.xml', styles],
  ];
}

const styles = `<styleSheet xmlns="${spreadsheetml}"><numFmts count="2"><numFmt numFmtId="164" formatCode="yyyy/m/d h:mm"/><numFmt numFmtId="165" formatCode="yyyy/m/d h:mm:ss"/></numFmts><fonts count="2"><font><sz val="11"/><name val="Yu Gothic"/></font><font><b/><sz val="11"/><name val="Yu Gothic"/></font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders><cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="4"><xf/><xf numFmtId="164" applyNumberFormat="1"/><xf fontId="1" applyFont="1"/><xf numFmtId="165" applyNumberFormat="1"/></cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>`;
