import test from 'ava';
import { DateTime } from 'luxon';
import { daysOf } from '../../src/cli/input/days.ts';
import { settingsOf } from '../../src/cli/input/roomOptions.ts';
import { parseDuration, parseEnd, parseTime } from '../../src/cli/input/times.ts';
import { whenOpen, windowText } from '../../src/cli/output/rooms.ts';
import { newRoomSchema } from '../../src/server/api/schemas.ts';
import { loadConfig } from '../../src/server/config.ts';
import { UserError } from '../../src/server/errors.ts';
import { windowText as invitedWindow, startText } from '../../src/server/invite/when.ts';
import { exactTime, recordTime } from '../../src/server/records/times.ts';
import { zoneNamed } from '../../src/server/room/zones.ts';
import { lengthOf } from '../../src/server/util/length.ts';
import { shownTime } from '../../src/server/util/shownTime.ts';
import { en as earlyEn } from '../../src/web/i18n/early/en.ts';
import { ja as earlyJa } from '../../src/web/i18n/early/ja.ts';
import { en as refusedEn } from '../../src/web/i18n/refused/en.ts';
import { aRoom } from '../helpers/store.ts';

const day = new Date('2026-11-30T20:00:00Z'); // December 1 in Tokyo already
const read = (text: string, zone = 'Asia/Tokyo') =>
  parseTime(text, { option: '--from', zone, day }).toISOString();

const times: [string, string][] = [
  ['2026-12-01T10:00+09:00', '2026-12-01T01:00:00.000Z'],
  ['2026-12-01T10:00:30Z', '2026-12-01T10:00:30.000Z'],
  ['2026-12-01T10:00:30.5-05:00', '2026-12-01T15:00:30.500Z'],
  ['2026-12-01T10:00', '2026-12-01T01:00:00.000Z'],
  ['2026-12-01 10:00', '2026-12-01T01:00:00.000Z'],
  ['10:00', '2026-12-01T01:00:00.000Z'],
  ['9:05', '2026-12-01T00:05:00.000Z'],
  // As people, spreadsheets and the program itself write them.
  ['2026-12-01 9:05', '2026-12-01T00:05:00.000Z'],
  ['2026-12-1 9:05', '2026-12-01T00:05:00.000Z'],
  ['2026/12/1 9:05', '2026-12-01T00:05:00.000Z'],
  ['2026/12/01 09:05:30', '2026-12-01T00:05:30.000Z'],
  ['2026.12.1 9:05', '2026-12-01T00:05:00.000Z'],
  ['2026年12月1日 9:05', '2026-12-01T00:05:00.000Z'],
  ['2026年12月1日（火）9:05', '2026-12-01T00:05:00.000Z'],
  ['2026年12月1日9時05分', '2026-12-01T00:05:00.000Z'],
  ['10時', '2026-12-01T01:00:00.000Z'],
  ['10時半', '2026-12-01T01:30:00.000Z'],
  ['１０：３０', '2026-12-01T01:30:00.000Z'],
  ['２０２６／１２／１　１０：３０', '2026-12-01T01:30:00.000Z'],
  ['2026-12-01T10:00:30.123456Z', '2026-12-01T10:00:30.123Z'],
  ['2026-12-01 10:00 +0900', '2026-12-01T01:00:00.000Z'],
  ['2026/12/1 10:00Z', '2026-12-01T10:00:00.000Z'],
  ['2026年12月1日（火曜日）9:05', '2026-12-01T00:05:00.000Z'],
  ['2026年12月1日 (火) 9:05', '2026-12-01T00:05:00.000Z'],
  ['2026年12月1日火曜日 9:05', '2026-12-01T00:05:00.000Z'],
  ['午前10時', '2026-12-01T01:00:00.000Z'],
  ['午前０時', '2026-11-30T15:00:00.000Z'],
  ['午後0時', '2026-12-01T03:00:00.000Z'],
  ['午後3時半', '2026-12-01T06:30:00.000Z'],
  ['午後 3:30', '2026-12-01T06:30:00.000Z'],
  ['2026年12月1日（火）午後3時15分', '2026-12-01T06:15:00.000Z'],
  ['9:00 AM', '2026-12-01T00:00:00.000Z'],
  ['9:00am', '2026-12-01T00:00:00.000Z'],
  ['9 p.m.', '2026-12-01T12:00:00.000Z'],
  ['12:00 AM', '2026-11-30T15:00:00.000Z'],
  ['12:30 PM', '2026-12-01T03:30:00.000Z'],
  ['2026-12-01 9:00 PM', '2026-12-01T12:00:00.000Z'],
  ['2026-12-01 9:00 PM +02:00', '2026-12-01T19:00:00.000Z'],
  ['Tuesday, December 1, 2026 at 9:05 AM', '2026-12-01T00:05:00.000Z'],
  ['Tue 1 Dec 2026, 9:05', '2026-12-01T00:05:00.000Z'],
  ['1 Sept. 2026 9:05', '2026-09-01T00:05:00.000Z'],
  // Letters that are this zone's own, and a place, whichever.
  ['10:00 JST', '2026-12-01T01:00:00.000Z'],
  ['2026-12-01 10:00 (JST)', '2026-12-01T01:00:00.000Z'],
  ['2026-12-01 10:00 (Asia/Tokyo)', '2026-12-01T01:00:00.000Z'],
  ['2026-12-01 10:00 Europe/Berlin', '2026-12-01T09:00:00.000Z'],
  ['2026-12-01 10:00 America/New_York', '2026-12-01T15:00:00.000Z'],
  // The end of a day is the beginning of the next.
  ['24:00', '2026-12-01T15:00:00.000Z'],
  ['2026-12-31 24:00', '2026-12-31T15:00:00.000Z'],
  ['2026-12-31T24:00+09:00', '2026-12-31T15:00:00.000Z'],
];
for (const [text, expected] of times) {
  test(`${text} is ${expected} in Tokyo`, (t) => t.is(read(text), expected));
}

const noTimes = [
  '',
  'tomorrow',
  '25:00',
  '24:01',
  '9:60',
  '9:00:60',
  '10',
  '10:00-11:00',
  '10:00Z',
  '2026-12-01 10',
  '2026-12-0110:00',
  '2026-12/01 10:00',
  '2026-12-01 10:00+15:00',
  '1764550800',
  '10:00 tomorrow',
  '2026-12-01 10:00 (JST',
  '午前13時',
  '午後3時 PM',
  '0:00 PM',
  '13:00 PM',
  '9 a',
  'Mondey, 1 December 2026 9:00',
  '1 Dezember 2026 9:00',
  '32 December 9:00',
];
for (const text of noTimes) {
  test(`"${text}" is not a time`, (t) => {
    const error = t.throws(() => read(text), { instanceOf: UserError });
    t.true(error?.usage);
    t.regex(error?.message ?? '', /^--from .* is not a time: expected e\.g\./);
  });
}

test('letters that are no certain zone are refused, and say what to give instead', (t) => {
  const why = (text: string, zone?: string) =>
    t.throws(() => read(text, zone), { instanceOf: UserError })?.message ?? '';
  for (const [text, letters, zone] of [
    ['2026-12-01 10:00 EST', 'EST', 'Asia/Tokyo'],
    ['2026-12-01 10:00 CST', 'CST', 'America/Chicago'],
    ['2026-12-01 10:00 JST', 'JST', 'Europe/Berlin'],
    ['10:00 UTC', 'UTC', 'Asia/Tokyo'],
    ['10:00 Europe/Berlin', 'Europe/Berlin', 'Asia/Tokyo'],
    ['2026-12-01 10:00 (Mars/Base)', 'Mars/Base', 'Asia/Tokyo'],
  ] as const)
    t.is(
      why(text, zone),
      `--from ${text} is not certain, as ${letters} is not the time zone of the room (${zone}): give an offset instead, e.g. 2030-04-01T10:00+09:00.`,
    );
  for (const text of ['午後12時', '2026-12-01 午前12:00'])
    t.is(why(text), `--from ${text} may be noon or midnight: write 12:00 or 0:00.`);
});

test('a day without a time says what is missing', (t) => {
  for (const text of ['2026-12-01', '2030-4-1', '2030/4/1', '2030年4月1日'])
    t.throws(() => read(text), {
      message: `--from ${text} is a day without a time: add one, e.g. "${text} 10:00".`,
    });
});

test('a day that the calendar has not is said to be none, with a time and without', (t) => {
  for (const text of ['2026-02-30', '2026-02-30 10:00', '2026/2/30 10:00', '2026年2月30日'])
    for (const reading of [() => read(text), () => daysOf({ from: text }, 'Asia/Tokyo')])
      t.throws(reading, { message: `--from ${text}: there is no such day.` });
  t.throws(() => read('2026-13-01T10:00'), { message: '--from 2026-13-01T10:00: there is no such day.' });
  for (const text of ['2026年12月1日（月）10:00', '2026年12月1日（月曜日）', '2026年12月1日月曜日 午前10時'])
    t.throws(() => read(text), { message: /: 2026-12-01 is a 火, not a 月; / }, text);
  t.throws(() => read('Monday, 1 December 2026, 10:00'), {
    message: /: 2026-12-01 is a Tuesday, not a Monday; /,
  });
});

test('an end given as 10:00 is the first one after the start, over midnight and the change of the clock', (t) => {
  const end = (text: string, after: string, zone = 'Asia/Tokyo') =>
    parseEnd(text, { option: '--until', zone, after: new Date(after) }).toISOString();
  t.is(end('11:30', '2026-12-01T01:00:00Z'), '2026-12-01T02:30:00.000Z');
  t.is(end('01:00', '2026-12-01T14:00:00Z'), '2026-12-01T16:00:00.000Z');
  t.is(end('01:00', '2026-03-28T22:00:00Z', 'Europe/Berlin'), '2026-03-29T00:00:00.000Z');
  // The same time is a window of no length, which is refused, not one of a day.
  t.is(end('10:00', '2026-12-01T01:00:00Z'), '2026-12-01T01:00:00.000Z');
  t.is(end('2026-11-01 10:00', '2026-12-01T01:00:00Z'), '2026-11-01T01:00:00.000Z');
  t.is(end('24:00', '2026-12-01T01:00:00Z'), '2026-12-01T15:00:00.000Z');
  t.is(end('０：００', '2026-12-01T01:00:00Z'), '2026-12-01T15:00:00.000Z');
  t.is(end('9時', '2026-12-01T01:00:00Z'), '2026-12-02T00:00:00.000Z');
});

test('an end whose time is over today is tomorrow’s, also where today it is skipped or comes twice', (t) => {
  const end = (text: string, after: string) =>
    parseEnd(text, { option: '--until', zone: 'Europe/Berlin', after: new Date(after) }).toISOString();
  // At 09:00, and ten minutes after the hour that was skipped.
  for (const after of ['2026-03-29T07:00:00Z', '2026-03-29T01:10:00Z'])
    t.is(end('02:30', after), '2026-03-30T00:30:00.000Z', after);
  t.is(end('02:30', '2026-10-25T08:00:00Z'), '2026-10-26T01:30:00.000Z');
  // Before it, today's is meant, and that is still said to be none.
  t.throws(() => end('02:30', '2026-03-29T00:00:00Z'), { message: /does not exist/ });
  // Within the hour that comes twice, it still comes once more.
  for (const after of ['2026-10-25T00:00:00Z', '2026-10-25T00:45:00Z'])
    t.throws(() => end('02:30', after), { message: /comes twice/ }, after);
});

test('a time that comes twice is seen wherever the clock is put back, by however much', (t) => {
  const twice = (text: string, zone: string) =>
    t.throws(() => read(text, zone), { instanceOf: UserError })?.message ?? '';
  t.regex(
    twice('2026-04-05 01:45', 'Australia/Lord_Howe'),
    /comes twice in Australia\/Lord_Howe: .*2026-04-05T01:45\+11:00 or 2026-04-05T01:45\+10:30\.$/,
  );
  t.is(read('2026-04-05 01:15', 'Australia/Lord_Howe'), '2026-04-04T14:15:00.000Z');
  t.regex(
    twice('2026-10-25 02:30', 'Antarctica/Troll'),
    /comes twice in Antarctica\/Troll: .*2026-10-25T02:30\+02:00 or 2026-10-25T02:30\+00:00\.$/,
  );
});

test('days are those of years with four digits, to their very end', (t) => {
  const refused = (text: string, why: string) =>
    t.throws(() => daysOf({ until: text }, 'Asia/Tokyo'), { message: `--until ${text} ${why}` });
  for (const text of ['9999-12-31', '0999-12-31', '0000-01-01'])
    refused(text, 'is too far away: expected a day from 1000-01-01 to 9999-12-30.');
  for (const text of ['today', '10:00', '2030-04']) refused(text, 'is not a day: expected e.g. 2030-04-01.');
  refused('2030/4/1 10:00', 'is a day with a time: give the day alone, e.g. 2030-04-01.');
  for (const text of ['2030-04-01', '2030/4/1', '2030-4-1', '2030年4月1日', '２０３０／４／１'])
    t.deepEqual(daysOf({ from: text }, 'UTC').from, new Date('2030-04-01T00:00:00Z'), text);
  t.deepEqual(daysOf({ from: '1000-01-01', until: '9999-12-30' }, 'UTC'), {
    from: new Date('1000-01-01T00:00:00Z'),
    until: new Date('9999-12-31T00:00:00Z'),
  });
});

test('an hour that the clock skips is an error, and so is one it repeats, unless its offset is given', (t) => {
  t.throws(() => read('2026-03-29 02:30', 'Europe/Berlin'), { message: /does not exist in Europe\/Berlin/ });
  t.throws(() => read('2026-10-25 02:30', 'Europe/Berlin'), {
    message: /comes twice in Europe\/Berlin: .*2026-10-25T02:30\+02:00 or 2026-10-25T02:30\+01:00/,
  });
  t.is(read('2026-10-25T02:30+01:00', 'Europe/Berlin'), '2026-10-25T01:30:00.000Z');
});

test('durations', (t) => {
  t.is(parseDuration('60m', '--duration'), 60);
  t.is(parseDuration('1h30m', '--duration'), 90);
  t.is(parseDuration('2d', '--duration'), 2880);
  for (const text of ['1 h 30 min', '1h30min', '1時間30分', '９０分', '90m '])
    t.is(parseDuration(text, '-'), 90, text);
  for (const text of [
    '1:30',
    '1.5h',
    '１.５時間',
    '1時間半',
    '1 時間 半',
    '90分間',
    '1 hour 30 minutes',
    '1hr 30mins',
  ])
    t.is(parseDuration(text, '-'), 90, text);
  t.is(parseDuration('1.1h', '-'), 66);
  t.is(parseDuration('1.5d', '-'), 2160);
  t.is(parseDuration('0:05', '-'), 5);
  t.is(parseDuration('2 days', '-'), 2880);
  for (const text of [
    ...[
      '',
      '0m',
      '60',
      '-5m',
      '30m1h',
      'm',
      '1h30',
      '1.5m',
      '1.5h30m',
      '1時間半30分',
      '1.5時間半',
      '1.33h',
      '1..5h',
    ],
    ...['0:00', '1:60', '1:5', ':30', '半'],
  ]) {
    t.throws(() => parseDuration(text, '--duration'), { message: /^--duration .* is not a duration/ }, text);
  }
});

test('records show times in the room’s zone, as Excel writes them', (t) => {
  t.is(recordTime(new Date('2023-12-08T10:20:59.999Z'), 'Asia/Tokyo'), '2023/12/8 19:20');
  t.is(recordTime(new Date('2023-12-08T10:20:59.999Z'), 'America/New_York'), '2023/12/8 5:20');
  t.is(recordTime(new Date('2023-12-31T15:00:00.000Z'), 'Asia/Tokyo'), '2024/1/1 0:00');
});

const printedForms: Record<string, (at: Date, zone: string) => string> = {
  'tables and exports': recordTime,
  'exports, to the second': exactTime,
  messages: shownTime,
  programs: (at) => at.toISOString(),
  'what comes twice': (at, zone) => DateTime.fromJSDate(at, { zone }).toFormat("yyyy-MM-dd'T'HH:mmZZ"),
  'an invitation’s subject': (at, timeZone) =>
    startText({ from: at, until: at, timeZone, language: 'en' }).replace(/^.*?(?=[A-Z])/, ''),
  'an invitation in English': (at, timeZone) => beginningIn('en', at, timeZone),
  'an invitation in Japanese': (at, timeZone) => beginningIn('ja', at, timeZone),
  'the page of a shut link, in English': (at, zone) =>
    /on (.*?)\. /.exec(refusedEn.expired(at.toISOString(), zone, true))?.[1] ?? '',
  'the page before the room opens, in English': (at, zone) => earlyEn.beginsAt(at.toISOString(), zone, true),
  'the page before the room opens, in Japanese': (at, zone) => earlyJa.beginsAt(at.toISOString(), zone, true),
};

/** Up to the sign between the two ends. */
const beginningIn = (language: 'ja' | 'en', from: Date, timeZone: string) =>
  invitedWindow({ from, until: new Date(from.getTime() + 3_600_000), timeZone, language }).split(
    /〜| – /,
  )[0] ?? '';

for (const [where, printed] of Object.entries(printedForms))
  test(`what the program prints as a time is a time that it takes: ${where}`, (t) => {
    for (const at of ['2026-12-01T00:05:00Z', '2026-01-31T15:00:00Z', '2027-09-09T23:59:00Z'])
      for (const zone of ['Asia/Tokyo', 'Europe/Berlin', 'America/New_York', 'UTC']) {
        const text = printed(new Date(at), zone);
        t.is(read(text, zone), new Date(at).toISOString(), text);
      }
  });

test('what the program prints as a length is a duration that it takes', (t) => {
  const from = new Date('2026-12-01T00:00:00Z');
  for (const minutes of [1, 60, 90, 1440, 2880, 2880 + 61]) {
    const window = { from, until: new Date(from.getTime() + minutes * 60_000), timeZone: 'UTC' };
    const shown = [
      windowText(aRoom(window)),
      ...(['ja', 'en'] as const).map((language) => invitedWindow({ ...window, language })),
    ];
    for (const text of shown) {
      const length = /[（(]([^（(、,）)]+)[^（(]*$/.exec(text)?.[1] ?? '';
      t.is(parseDuration(length, '-'), minutes, text);
    }
  }
});

const lengths: [string, string, object][] = [
  ['2026-12-01T01:00:00Z', '2026-12-01T02:30:00Z', { days: 0, hours: 1, minutes: 30 }],
  ['2026-12-01T01:00:59Z', '2026-12-01T02:00:00Z', { days: 0, hours: 1, minutes: 0 }],
  ['2026-12-01T01:00:00Z', '2026-12-02T01:00:00Z', { days: 0, hours: 24, minutes: 0 }],
  ['2026-12-01T01:00:00Z', '2026-12-03T02:05:00Z', { days: 2, hours: 1, minutes: 5 }],
];
for (const [from, until, expected] of lengths)
  test(`the length from ${from} until ${until}`, (t) =>
    t.deepEqual(lengthOf({ from: new Date(from), until: new Date(until) }), expected));

test('a window on the terminal has its length beside it, which the clock on the wall may not show', (t) => {
  const window = (from: string, until: string, timeZone = 'Asia/Tokyo', closedAt: Date | null = null) =>
    aRoom({ from: new Date(from), until: new Date(until), timeZone, closedAt });
  t.is(
    windowText(window('2030-04-01T00:00:00Z', '2030-04-01T01:30:00Z')),
    '2030/4/1 9:00 - 10:30 (1 h 30 min)',
  );
  t.is(
    whenOpen(window('2026-12-01T01:00:00Z', '2026-12-02T01:00:00Z')),
    '2026/12/1 10:00 - 2026/12/2 10:00 (24 h), Asia/Tokyo',
  );
  // The clock is put forward, put back, and put back within the window's own hour.
  const berlin = (from: string, until: string) => windowText(window(from, until, 'Europe/Berlin'));
  t.is(berlin('2026-03-29T00:00:00Z', '2026-03-29T02:00:00Z'), '2026/3/29 1:00 - 4:00 (2 h)');
  t.is(berlin('2026-10-24T10:00:00Z', '2026-10-25T11:00:00Z'), '2026/10/24 12:00 - 2026/10/25 12:00 (25 h)');
  t.is(berlin('2026-10-25T00:30:00Z', '2026-10-25T01:30:00Z'), '2026/10/25 2:30 - 2:30 (1 h)');
  t.is(berlin('2026-10-25T00:30:10Z', '2026-10-25T00:30:40Z'), '2026/10/25 2:30 - 2:30 (under 1 min)');
});

test('how early a room opens is a duration, nothing, or what the configuration says', (t) => {
  const early = (opensEarly?: string) => settingsOf({ opensEarly }).openEarlyMinutes;
  t.deepEqual(['30m', '1h30m', '24h', '0', '0m', 'auto', undefined].map(early), [
    30,
    90,
    1440,
    0,
    0,
    null,
    undefined,
  ]);
  for (const text of ['', '-5m', 'soon', '15'])
    t.throws(() => early(text), {
      message: `--opens-early ${text} is not a duration: expected e.g. 30m, 1h, 0 or auto.`,
    });
});

test('a closed room shows since when, and the whole window that it would be open in', (t) => {
  const room = aRoom({
    from: new Date('2030-04-01T00:00:00Z'),
    until: new Date('2030-04-01T01:00:00Z'),
    closedAt: new Date('2030-04-01T00:30:00Z'),
  });
  t.is(whenOpen(room), 'closed since 2030/4/1 9:30; its window is 2030/4/1 9:00 - 10:00 (1 h), Asia/Tokyo');
  t.is(windowText(room), '2030/4/1 9:00 - 10:00 (1 h)');
});

const zones: [string, string][] = [
  ['asia/tokyo', 'Asia/Tokyo'],
  ['ASIA/TOKYO', 'Asia/Tokyo'],
  ['Japan', 'Asia/Tokyo'],
  ['JST', 'Asia/Tokyo'],
  ['Asia/Kolkata', 'Asia/Kolkata'],
  ['europe/kyiv', 'Europe/Kyiv'],
  ['america/argentina/buenos_aires', 'America/Argentina/Buenos_Aires'],
  ['america/port-au-prince', 'America/Port-au-Prince'],
  ['us/pacific', 'America/Los_Angeles'],
  ['utc', 'UTC'],
  ['GMT', 'UTC'],
  ['etc/gmt-9', 'Etc/GMT-9'],
  // Three letters that the time-zone database has as names, with or without a summer time.
  ...['CET', 'EET', 'MET', 'WET', 'EST', 'MST', 'HST'].map((name): [string, string] => [name, name]),
  ['cet', 'CET'],
  ['est5edt', 'EST5EDT'],
  ['PST8PDT', 'PST8PDT'],
];
for (const [text, stored] of zones)
  test(`the time zone ${text} is stored as ${stored}`, (t) => t.is(zoneNamed(text).zone, stored));

test('what is no time zone is refused with its reason, and told what one looks like', (t) => {
  const problem = (text: string) => zoneNamed(text).problem ?? '';
  for (const text of ['+09:00', '+9', '-0500', '9', 'GMT+9', 'UTC-5', 'UTC+09:00'])
    t.regex(problem(text), /^is an offset, not a time zone: give a place, e\.g\. Asia\/Tokyo/, text);
  for (const text of ['PST', 'IST', 'CST', 'BST'])
    t.regex(problem(text), /^is an abbreviation .*: give a place, e\.g\. [A-Z]\w+\//, text);
  for (const text of ['', 'Tokio', 'Mars/Base', 'Z', 'XYZT'])
    t.regex(problem(text), /^is not known: expected e\.g\. Asia\/Tokyo/, text);
  // What is meant is told where it is known.
  t.is(problem('tokyo'), 'is not known: did you mean Asia/Tokyo?');
  t.is(problem('New York'), 'is not known: did you mean America/New_York?');
  for (const [letters, place] of [
    ['CEST', 'Europe/Berlin or Europe/Paris'],
    ['pdt', 'America/Los_Angeles'],
    ['IST', 'Asia/Kolkata or Europe/Dublin or Asia/Jerusalem'],
    ['NZDT', 'Pacific/Auckland'],
  ] as const)
    t.is(problem(letters), `is an abbreviation that does not say where: give a place, e.g. ${place}`);
});

test('options, configuration and API take time zones by the same rule', (t) => {
  t.is(settingsOf({ timeZone: 'asia/tokyo' }).timeZone, 'Asia/Tokyo');
  t.throws(() => settingsOf({ timeZone: 'GMT+9' }), {
    message: /^--time-zone GMT\+9 is an offset, .*Asia\/Tokyo/,
  });
  const configured = (timeZone: string) =>
    loadConfig({ env: { WEBINTERVIEW_ROOM_TIME_ZONE: timeZone }, nodeEnv: 'test' }).room.timeZone;
  t.is(configured('asia/tokyo'), 'Asia/Tokyo');
  t.is(configured('CET'), 'CET');
  t.throws(() => configured('+09:00'), { message: /is "\+09:00": expected a time zone like Asia\/Tokyo\.$/ });
  t.like(newRoomSchema.parse({ name: 'a', timeZone: 'asia/tokyo' }), { timeZone: 'Asia/Tokyo' });
  const refused = newRoomSchema.safeParse({ name: 'a', timeZone: 'GMT+9' });
  t.regex(refused.error?.issues[0]?.message ?? '', /^is an offset, .*Asia\/Tokyo/);
});
