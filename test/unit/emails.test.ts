/** The mail addresses of a room's applicants. */
import test from 'ava';
import { limits } from '../../src/protocol/limits.ts';
import { UserError } from '../../src/server/errors.ts';
import { checkedEmail, emailsOf } from '../../src/server/room/emails.ts';
import { newRoom } from '../../src/server/room/newRoom.ts';

const defaults = { now: new Date('2026-12-01T00:00:00Z'), defaultMinutes: 60, timeZone: 'Asia/Tokyo' };

test('of an address with a name before it the address is kept', (t) => {
  t.is(checkedEmail(' hanako@example.net '), 'hanako@example.net');
  t.is(checkedEmail('佐藤花子 <hanako@例え.jp>'), 'hanako@例え.jp');
});

test('what is no address is said to be none, in one sentence', (t) => {
  const long = `${'a'.repeat(limits.emailCharacters - '@example.net'.length)}@example.net`;
  t.is(checkedEmail(long), long);
  for (const text of ['hanako', 'a@b@c', 'a@b.c, d@e.f', 'a@b.c\r\nBcc: d@e.f', '', `a${long}`]) {
    const error = t.throws(() => checkedEmail(text), { instanceOf: UserError });
    t.true(error?.usage);
    t.regex(error?.message ?? '', /^[^\n]*(is not a mail address|at most 254 characters)[^\n]*\.$/);
  }
});

test('each applicant has the address at the same place of the list, or none', (t) => {
  t.deepEqual(emailsOf(2, ['a@x.jp', 'b@x.jp']), ['a@x.jp', 'b@x.jp']);
  t.deepEqual(emailsOf(3, ['a@x.jp', '', 'c@x.jp']), ['a@x.jp', null, 'c@x.jp']);
  t.deepEqual(emailsOf(2, [null, 'b@x.jp', '']), [null, 'b@x.jp']);
  t.deepEqual(emailsOf(2, []), [null, null]);
  t.deepEqual(emailsOf(2, ['', '', '']), [null, null]);
  const wrong = (message: RegExp) => ({ instanceOf: UserError, message });
  t.throws(() => emailsOf(2, ['a@x.jp']), wrong(/^There is 1 mail address for 2 applicants: /));
  t.throws(() => emailsOf(1, ['a@x.jp', 'b@x.jp']), wrong(/^There are 2 mail addresses for 1 applicant: /));
});

test('a new room has them in its links, and the interviewers’ has none', (t) => {
  const made = (applicants: string[], emails: string[]) =>
    newRoom({ name: 'a', applicants, emails }, defaults).links.map(({ label, email }) => [label, email]);
  t.deepEqual(made(['佐藤', '鈴木'], ['', 's@x.jp']), [
    ['', null],
    ['佐藤', null],
    ['鈴木', 's@x.jp'],
  ]);
  t.deepEqual(made([], ['a@x.jp']), [
    ['', null],
    ['', 'a@x.jp'],
  ]);
});
