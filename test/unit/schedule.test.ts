import test from 'ava';
import { UserError } from '../../src/server/errors.ts';
import { newRoom } from '../../src/server/room/newRoom.ts';
import { checkedRoomName, receptionWindow } from '../../src/server/room/schedule.ts';

const now = new Date('2026-12-01T01:00:00Z');
const defaults = { now, defaultMinutes: 1440, timeZone: 'Asia/Tokyo' };
const iso = ({ from, until }: { from: Date; until: Date }) => [from.toISOString(), until.toISOString()];

test('a room is open from now for the default duration', (t) => {
  t.deepEqual(iso(receptionWindow({}, defaults)), ['2026-12-01T01:00:00.000Z', '2026-12-02T01:00:00.000Z']);
});

test('a duration counts from the beginning', (t) => {
  const from = new Date('2026-12-03T00:00:00Z');
  const window = receptionWindow({ from, durationMinutes: 90 }, defaults);
  t.deepEqual(iso(window), ['2026-12-03T00:00:00.000Z', '2026-12-03T01:30:00.000Z']);
});

test('the end must come after the beginning', (t) => {
  const before = new Date('2026-12-01T00:59:59Z');
  const messages = [
    /would close .* before it opens .*: choose a later end/,
    /would close when it opens \(2026-12-01 10:00 \(Asia\/Tokyo\)\), and have no length: choose a later end/,
  ];
  for (const [at, until] of [before, now].entries()) {
    const error = t.throws(() => receptionWindow({ until }, defaults), { instanceOf: UserError });
    t.regex(error?.message ?? '', messages[at] as RegExp);
    t.true(error?.usage);
  }
});

test('a room is open for a year at most', (t) => {
  const until = new Date('2027-12-02T01:00:00Z');
  t.notThrows(() => receptionWindow({ until }, defaults));
  t.throws(() => receptionWindow({ until: new Date(until.getTime() + 1) }, defaults), {
    message: /at most 366 days/,
  });
});

test('a name is trimmed, and of 1 to 64 characters', (t) => {
  t.is(checkedRoomName(' 9110-1-to '), '9110-1-to');
  t.is(checkedRoomName('😀'.repeat(64)), '😀'.repeat(64));
  t.throws(() => checkedRoomName('😀'.repeat(65)), { message: /at most 64 characters; this one has 65/ });
  t.throws(() => checkedRoomName(' \u3000 '), { message: /must not be empty/ });
  t.throws(() => checkedRoomName('a\nb'), { message: /control characters/ });
  t.throws(() => checkedRoomName('9110\u200B-1'), { message: /invisible/ });
});

test('a new room has one link for each side, with ids that cannot be guessed', (t) => {
  const first = newRoom({ name: 'a' }, defaults);
  const second = newRoom({ name: 'b' }, defaults);
  t.deepEqual(
    first.links.map(({ role, version }) => [role, version]),
    [
      ['interviewer', 1],
      ['applicant', 1],
    ],
  );
  const ids = [first, second].flatMap(({ room, links }) => [room.id, ...links.map(({ id }) => id)]);
  t.is(new Set(ids).size, 6);
  for (const id of ids) t.regex(id, /^[\w-]{22}$/);
});

test('each applicant who is named has a link and a seat of their own', (t) => {
  const { room, links } = newRoom({ name: 'a', applicants: [' 佐藤花子 ', '鈴木一郎'] }, defaults);
  t.is(room.applicantSeats, 2);
  t.deepEqual(
    links.map(({ role, label }) => [role, label]),
    [
      ['interviewer', ''],
      ['applicant', '佐藤花子'],
      ['applicant', '鈴木一郎'],
    ],
  );
});

test('a room is of the company that it names, else of the configured one, and can be of none', (t) => {
  const { room } = newRoom(
    { name: 'a', title: ' か\u3099くせい面接 ', company: ' 株式会社か\u3099 ' },
    defaults,
  );
  t.like(room, { title: 'がくせい面接', company: '株式会社が' });
  const of = (request: object) =>
    newRoom({ name: 'a', ...request }, { ...defaults, company: '株式会社サンプル' }).room.company;
  t.is(of({}), '株式会社サンプル');
  t.is(of({ company: '子会社' }), '子会社');
  t.is(of({ company: '' }), '');
  t.like(newRoom({ name: 'a' }, defaults).room, { title: '', company: '' });
});

test('what cannot be of a room is said', (t) => {
  const refused = (request: object, message: RegExp) =>
    t.throws(() => newRoom({ name: 'a', ...request }, defaults), { instanceOf: UserError, message });
  refused({ applicants: ['佐藤花子', '佐藤花子'] }, /cannot both be 佐藤花子/);
  refused({ applicants: [' '] }, /must not be empty/);
  refused({ applicants: ['あ'.repeat(65)] }, /at most 64 characters/);
  refused({ applicants: ['a\nb'] }, /control characters/);
  refused({ applicants: ['\u3164'] }, /invisible/);
  refused({ applicantSeats: 0 }, /from 1 to 50 seats, not 0/);
  refused({ interviewerSeats: 51 }, /not 51/);
  refused({ openEarlyMinutes: 1441 }, /^A room opens from 0 to 1440 minutes \(24 hours\) early, not 1441\.$/);
  refused({ openEarlyMinutes: -1 }, /not -1/);
  refused({ openEarlyMinutes: 0.5 }, /not 0\.5/);
  refused({ capacity: 1 }, /from 2 to 500 people/);
  refused(
    { capacity: 3, interviewerSeats: 2, applicants: ['a', 'b'] },
    /^A room with a capacity of 3 cannot have 4 seats \(2 for interviewers, 2 for applicants\): choose a capacity of at least 4, or fewer seats\.$/,
  );
  t.notThrows(() => newRoom({ name: 'a', capacity: 3, interviewerSeats: 2 }, defaults));
  refused({ title: 'あ'.repeat(65) }, /^The title of a room has at most 64 characters; this one has 65\.$/);
  refused({ title: '一次\n面接' }, /^The title of a room must not contain control characters\.$/);
  refused({ company: 'あ'.repeat(65) }, /^A company's name has at most 64 characters; this one has 65\.$/);
  refused({ company: 'a\u202eb' }, /^A company's name must not contain characters that are invisible/);
  refused({ note: 'あ'.repeat(1001) }, /at most 1000 characters/);
});
