/** Rooms as a CSV: however a spreadsheet saves it, and as the program writes it itself. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import test, { type ExecutionContext } from 'ava';
import { parse } from 'csv-parse/sync';
import { asColumn, settingsOf, windowOf } from '../../src/cli/input/roomOptions.ts';
import { readRoomsFile } from '../../src/cli/input/roomsFile.ts';
import { roomsCsv } from '../../src/cli/output/roomsCsv.ts';
import { UserError } from '../../src/server/errors.ts';
import { emailsOf } from '../../src/server/room/emails.ts';
import { newRoom } from '../../src/server/room/newRoom.ts';
import type { RoomRecord } from '../../src/server/room/records.ts';
import { aRoom, temporaryFolder } from '../helpers/store.ts';

async function readAs(t: ExecutionContext, content: string | Buffer) {
  const file = join(await temporaryFolder(t), 'rooms.csv');
  await writeFile(file, content);
  return readRoomsFile(file);
}

const table = [
  ['name', 'from', 'applicant', 'note'],
  ['面接A', '2099/4/1 9:05', '佐藤花子;鈴木一郎', '二次, "最終"'],
  ['b', '', '', ''],
];
const expected = [
  { name: '面接A', from: '2099/4/1 9:05', applicant: ['佐藤花子', '鈴木一郎'], note: '二次, "最終"' },
  { name: 'b' },
];
const quoted = (cell: string) => (/[,;\t"]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);
const linesOf = (mark: string, lineBreak = '\r\n') =>
  table.map((row) => row.map(quoted).join(mark) + lineBreak).join('');
const bigEndian = (text: string) => Buffer.from(text, 'utf16le').swap16();

const forms: [string, string | Buffer][] = [
  ['UTF-8 with commas', linesOf(',')],
  ['UTF-8 with a byte order mark', `\uFEFF${linesOf(',')}`],
  ['semicolons, as Excel in Europe', linesOf(';')],
  ['semicolons that a line before says', `sep=;\r\n${linesOf(';')}`],
  ['tabs', linesOf('\t', '\n')],
  ['the line breaks of old Macs', linesOf(',', '\r')],
  ['“Unicode text” of Excel', Buffer.from(`\uFEFF${linesOf('\t')}`, 'utf16le')],
  ['UTF-16 LE without a byte order mark', Buffer.from(linesOf(','), 'utf16le')],
  ['UTF-16 BE', bigEndian(`\uFEFF${linesOf('\t')}`)],
  ['UTF-16 BE without a byte order mark', bigEndian(linesOf(';'))],
  ['lines of empty cells at the end', `${linesOf(',')},,,\r\n , ,,\r\n`],
];
for (const [form, content] of forms)
  test(`a list of rooms is read from ${form}`, async (t) => {
    const { rows, ignored } = await readAs(t, content);
    t.deepEqual(
      rows.map(({ options }) => options),
      expected,
    );
    t.deepEqual([rows.map(({ misfit }) => misfit), ignored], [[null, null], []]);
  });

test('with tabs, an empty first cell is one, and keeps the others in their columns', async (t) => {
  const { rows } = await readAs(t, 'note\tname\tfrom\n\ta\t10:00\nx\tb\t\n');
  t.deepEqual(
    rows.map(({ options }) => options),
    [
      { name: 'a', from: '10:00' },
      { name: 'b', note: 'x' },
    ],
  );
});

test('what is no such list is said to be what it is, with one full stop', async (t) => {
  const refused = async (content: string | Buffer) => {
    const error = await t.throwsAsync(readAs(t, content), { instanceOf: UserError });
    t.regex(error?.message ?? '', /[^.]\.$/);
    return error?.message ?? '';
  };
  t.regex(await refused('PK\u0003\u0004rest'), / is a workbook: save it as CSV /);
  t.regex(await refused(Buffer.from([0xff, 0xfe, 0x41])), / is not CSV: /);
  t.regex(await refused('name\n"a\n'), / is not CSV: /);
  t.regex(await refused('name\na"b\n'), / is not CSV: /);
  t.regex(await refused('名前;開始\na;b\n'), /has a column 名前 that is not known/);
});

/** What of a room a list and a file have in common. */
function told({ id: _, version: _v, createdAt: _c, closedAt: _closed, ...room }: RoomRecord) {
  return room;
}

test('rooms as they are listed are made again just as they were, whatever is in them', async (t) => {
  const window = { from: new Date('2099-04-01T00:05:00Z'), until: new Date('2099-04-01T01:00:00Z') };
  const room = (changes: Partial<RoomRecord>) => aRoom({ ...window, ...changes });
  const of = (record: RoomRecord, ...names: string[]) => ({
    room: record,
    links: [
      { id: 'i', role: 'interviewer' as const, name: '', email: null, url: 'https://a/room#i' },
      ...names.map((name, at) => {
        // Every second one has a mail address, the first of all in this form.
        const email = at % 2 === 1 ? `a${at}@example.net` : null;
        return { id: name, role: 'applicant' as const, name, email, url: `https://a/room#${name}` };
      }),
    ],
  });
  const listed = [
    of(room({ name: '=1+1', note: "'=quoted already" }), ''),
    of(room({ name: "''@a", note: '-1' }), '+佐藤', '鈴木'),
    of(
      room({
        name: '9110-1-to',
        note: ' with spaces around, "quotes"\r\nand\tlines\n\n',
        title: '=新卒採用 一次面接',
        company: "'@株式会社サンプル",
        waitingMessage: '=しばらく\nお待ちください。',
      }),
      '佐藤;花子',
      '；',
    ),
    of(room({ name: 'quotes' }), '"佐藤"', '"a;b"', 'c";d', '"e', 'f"', '=1;2', ';"'),
    of(room({ name: 'odd', note: '\tx', from: new Date('2099-04-01T00:05:07.123Z') }), '一;人'),
    of(room({ name: 'on the dot', openEarlyMinutes: 0 }), 'a'),
    of(room({ name: 'seconds', until: new Date('2099-04-01T01:00:30Z') }), 'a'),
    of(
      room({
        name: 'set',
        openEarlyMinutes: 90,
        interviewerSeats: 2,
        applicantSeats: 3,
        capacity: 7,
        entry: { microphone: false, camera: true, names: false },
        language: 'en',
        history: 'own',
        timeZone: 'America/New_York',
      }),
      'a',
      'b',
    ),
    // The hour that comes twice: each of the two is told from the other.
    of(
      room({
        name: 'twice',
        timeZone: 'Europe/Berlin',
        from: new Date('2026-10-25T00:30:00Z'),
        until: new Date('2026-10-25T01:30:00Z'),
        closedAt: new Date('2026-10-25T01:00:00Z'),
      }),
      'a',
    ),
  ];
  const written = await text(roomsCsv(Readable.from(listed), new Date('2026-01-01T00:00:00Z'), 15));
  for (const content of [written, Buffer.from(written, 'utf16le')]) {
    const { rows, ignored } = await readAs(t, content);
    t.deepEqual(ignored, ['id', 'state', 'interviewer-link', 'applicant-link', 'invited', 'cancelled']);
    t.deepEqual(
      rows.map(({ id }) => id),
      listed.map((each) => each.room.id),
    );
    const made = rows.map(({ options: { name = '', applicant, email, ...options } }) => {
      const now = new Date('2026-01-01T00:00:00Z');
      const settings = settingsOf(options, asColumn);
      const request = { name, ...settings, ...windowOf(options, settings.timeZone ?? '', now, asColumn) };
      return newRoom(
        { ...request, applicants: applicant ?? [], emails: email ?? [] },
        { now, defaultMinutes: 1, timeZone: 'UTC' },
      );
    });
    t.deepEqual(
      made.map((each) => told(each.room)),
      listed.map((each) => told(each.room)),
    );
    const names = (links: { role: string; name?: string; label?: string }[]) =>
      links.filter(({ role }) => role === 'applicant').map(({ name, label }) => name ?? label);
    t.deepEqual(
      made.map(({ links }) => names(links)),
      listed.map(({ links }) => names(links)),
    );
    t.deepEqual(
      made.map(({ links }) => links.map(({ email }) => email)),
      listed.map(({ links }) => links.map(({ email }) => email)),
    );
  }
  // What a spreadsheet would calculate stays a text there.
  const cells = (parse(written, { bom: true }) as string[][]).flat();
  t.deepEqual(
    cells.filter((cell) => /^[=+\-@\t\r]/.test(cell)),
    [],
  );
});

test('several applicants in a cell are parted by ; and by line breaks, however the cell ends', async (t) => {
  const cells: [string, string[]][] = [
    ['佐藤;鈴木\n', ['佐藤', '鈴木']],
    ['佐藤；鈴木\r\n\r\n', ['佐藤', '鈴木']],
    ['佐藤\n鈴木', ['佐藤', '鈴木']],
    ['佐藤;鈴木\n田中', ['佐藤', '鈴木', '田中']],
    [' 佐藤 ; ;鈴木;', ['佐藤', '鈴木']],
    ['"Hana" Sato;Ichiro "Ichi" Suzuki', ['"Hana" Sato', 'Ichiro "Ichi" Suzuki']],
    ['"佐藤";"鈴木"\n', ['"佐藤"', '"鈴木"']],
    [' "佐藤;花子" ; 鈴木', ['佐藤;花子', '鈴木']],
  ];
  for (const [cell, names] of cells) {
    const { rows } = await readAs(t, `name,applicant\na,"${cell.replaceAll('"', '""')}"\n`);
    t.deepEqual(rows[0]?.options.applicant, names, cell);
  }
});

test('the mail addresses in a cell are as many as its separators say, empty ones among them', async (t) => {
  const cells: [string, string[]][] = [
    ['a@x.jp;b@x.jp', ['a@x.jp', 'b@x.jp']],
    ['a@x.jp；\r\nb@x.jp', ['a@x.jp', 'b@x.jp']],
    ['a@x.jp\n\nc@x.jp', ['a@x.jp', '', 'c@x.jp']],
    [';b@x.jp;', ['', 'b@x.jp', '']],
    ['\nb@x.jp', ['', 'b@x.jp']],
    [' a@x.jp ; b@x.jp', ['a@x.jp', 'b@x.jp']],
  ];
  for (const [cell, emails] of cells) {
    const { rows } = await readAs(t, `name,email\na,"${cell}"\n`);
    t.deepEqual(rows[0]?.options.email, emails, cell);
  }
});

test('no address gets to another applicant by a link without a name', async (t) => {
  const link = (name: string, email: string | null, at: number) => {
    const id = String(at);
    const mailed = { invitedAt: null, invitedElsewhere: false, cancelledAt: null };
    return { id, role: 'applicant' as const, name, email, url: `https://a/room#${at}`, ...mailed };
  };
  const cases: [[string, string | null][], string[] | undefined, string[] | undefined][] = [
    // An applicant was added to a room that was made without a name.
    [
      [
        ['', 'x@x.jp'],
        ['佐藤', null],
      ],
      ['佐藤'],
      undefined,
    ],
    // One was erased, and of the others not everyone has an address.
    [
      [
        ['', null],
        ['鈴木', 's@x.jp'],
        ['田中', null],
      ],
      ['鈴木', '田中'],
      ['s@x.jp', ''],
    ],
    [
      [
        ['', null],
        ['鈴木', 's@x.jp'],
      ],
      ['鈴木'],
      ['s@x.jp'],
    ],
    // All were erased: whose the address is, a list cannot say.
    [
      [
        ['', null],
        ['', 'x@x.jp'],
      ],
      undefined,
      undefined,
    ],
    [[['', 'x@x.jp']], undefined, ['x@x.jp']],
  ];
  for (const [links, names, emails] of cases) {
    const listed = [{ room: aRoom(), links: links.map(([name, email], at) => link(name, email, at)) }];
    const { rows } = await readAs(t, await text(roomsCsv(Readable.from(listed), new Date(), 15)));
    const { applicant, email } = rows[0]?.options ?? {};
    t.deepEqual([applicant, email], [names, emails]);
    t.notThrows(() => emailsOf(applicant?.length ?? 1, email ?? []));
  }
});

test('an applicant whose link is revoked is not listed among those who get one', async (t) => {
  const room = aRoom();
  const link = (name: string, url: string | null) => ({ id: name, role: 'applicant' as const, name, url });
  const listed = [{ room, links: [link('佐藤', null), link('鈴木', 'https://a/room#x')] }];
  const [, row] = parse(await text(roomsCsv(Readable.from(listed), new Date(), 15)), {
    bom: true,
  }) as string[][];
  t.deepEqual(row?.slice(7, 9), ['鈴木', 'https://a/room#x']);
});

test('an encoding that is none of ours is told, and no name becomes another', async (t) => {
  const names = ['M\xfcller', 'Jos\xe9', 'Bj\xf6rn H\xe4gg', '\xcc\xcc\xc0\xdc'];
  for (const name of names) {
    const error = await t.throwsAsync(readAs(t, Buffer.from(`name\n${name}\n`, 'latin1')), {
      instanceOf: UserError,
    });
    t.regex(error?.message ?? '', /neither UTF-8 nor Shift_JIS; save it as CSV UTF-8\.$/, name);
  }
});

test('a list in Shift_JIS may have half-width kana alone, and signs between Latin letters', async (t) => {
  const lists: [string, string][] = [
    ['96ca90dab1', '面接ｱ'],
    ['d4cfc0decac5ba', 'ﾔﾏﾀﾞﾊﾅｺ'],
    ['6a6176618145706870', 'java・php'],
  ];
  for (const [bytes, name] of lists) {
    const { rows } = await readAs(t, Buffer.concat([Buffer.from('name\n'), Buffer.from(bytes, 'hex')]));
    t.is(rows[0]?.options.name, name);
  }
});
