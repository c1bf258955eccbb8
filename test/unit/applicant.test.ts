/** Which applicant's link an invitation is for. */
import test from 'ava';
import { applicantOf } from '../../src/cli/input/applicant.ts';
import { UserError } from '../../src/server/errors.ts';
import { notMailed } from '../../src/server/room/mailed.ts';
import type { LinkRecord } from '../../src/server/room/records.ts';

const link = (id: string, label = '', changes: Partial<LinkRecord> = {}): LinkRecord => ({
  id,
  roomId: 'r',
  role: 'applicant',
  label,
  version: 1,
  revokedAt: null,
  erasedAt: null,
  ...notMailed,
  ...changes,
});
const interviewer = link('i', '', { role: 'interviewer' });
const revokedAt = new Date(0);

test('the only one there is, by the name it bears or by none', (t) => {
  t.deepEqual(applicantOf([interviewer, link('a', '佐藤')], 'r'), { link: link('a', '佐藤'), name: '佐藤' });
  t.is(applicantOf([interviewer, link('a')], 'r').name, null);
  t.is(applicantOf([link('a', 'gone', { revokedAt }), link('b', '佐藤')], 'r').link.id, 'b');
});

test('of several, by name or by id', (t) => {
  const links = [interviewer, link('a', '佐藤'), link('b', '鈴木'), link('c')];
  t.is(applicantOf(links, 'r', '鈴木').link.id, 'b');
  t.is(applicantOf(links, 'r', 'a').name, '佐藤');
  t.is(applicantOf(links, 'r', 'c').name, null);
});

test('a name for the one link that bears none is whom it is addressed to', (t) => {
  t.deepEqual(applicantOf([interviewer, link('a')], 'r', '佐藤'), { link: link('a'), name: '佐藤' });
});

const problems: [string, LinkRecord[], string | undefined, RegExp][] = [
  [
    'several and none said',
    [link('a', '佐藤'), link('b')],
    undefined,
    /has 2 applicants' links: choose one with --applicant: 佐藤, b\./,
  ],
  [
    'none of that name',
    [link('a', '佐藤'), link('b', '鈴木')],
    '田中',
    /no applicant named 田中: there are 佐藤, 鈴木\./,
  ],
  ['the one there is bears another', [link('a', '佐藤')], '田中', /there is 佐藤\./],
  [
    'two of that name',
    [link('a', '佐藤'), link('b', '佐藤')],
    '佐藤',
    /2 links for 佐藤: give --applicant the link's id: a, b\./,
  ],
  [
    'revoked',
    [link('a', '佐藤', { revokedAt }), link('b', '鈴木')],
    '佐藤',
    /The link for 佐藤 is revoked: reissue it first\./,
  ],
  [
    'none at all',
    [interviewer, link('a', '', { revokedAt })],
    undefined,
    /no applicant's link that is valid/,
  ],
  ['the interviewer’s id', [interviewer, link('a', '佐藤')], 'i', /no applicant named i/],
];
for (const [name, links, given, expected] of problems) {
  test(`an error says which there are: ${name}`, (t) => {
    const error = t.throws(() => applicantOf(links, 'room', given), { instanceOf: UserError });
    t.regex(error?.message ?? '', expected);
  });
}
