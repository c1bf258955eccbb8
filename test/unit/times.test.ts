import test from 'ava';
import { daysOf } from '../../src/cli/input/days.ts';
import { parseDuration, parseEnd, parseTime } from '../../src/cli/input/times.ts';
import { UserError } from '../../src/server/errors.ts';
import { recordTime } from '../../src/server/records/times.ts';

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
];
for (const [text, expected] of times) {
  test(`${text} is ${expected} in Tokyo`, (t) => t.is(read(text), expected));
}

const noTimes = [
  '',
  'tomorrow',
  '2026-13-01T10:00',
  '2026-02-30 10:00',
  '25:00',
  '24:00',
  '10',
  '1764550800',
];
for (const text of noTimes) {
  test(`"${text}" is not a time`, (t) => {
    const error = t.throws(() => read(text), { instanceOf: UserError });
    t.true(error?.usage);
    t.regex(error?.message ?? '', /^--from .* is not a time: expected e\.g\./);
  });
}

test('a day without a time says what is missing', (t) => {
  t.throws(() => read('2026-12-01'), {
    message: '--from 2026-12-01 is a day without a time: add one, e.g. "2026-12-01 10:00".',
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
  const refused = (text: string) =>
    t.throws(() => daysOf({ until: text }, 'Asia/Tokyo'), {
      message: `--until ${text} is not a day: expected e.g. 2030-04-01.`,
    });
  for (const text of ['9999-12-31', '0999-12-31', '0000-01-01', '2030-02-29', 'today']) refused(text);
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
  for (const text of ['', '0m', '60', '1.5h', '-5m', '30m1h', 'm', '1h ']) {
    t.throws(() => parseDuration(text, '--duration'), { message: /^--duration .* is not a duration/ }, text);
  }
});

test('records show times in the room’s zone, as Excel writes them', (t) => {
  t.is(recordTime(new Date('2023-12-08T10:20:59.999Z'), 'Asia/Tokyo'), '2023/12/8 19:20');
  t.is(recordTime(new Date('2023-12-08T10:20:59.999Z'), 'America/New_York'), '2023/12/8 5:20');
  t.is(recordTime(new Date('2023-12-31T15:00:00.000Z'), 'Asia/Tokyo'), '2024/1/1 0:00');
});
