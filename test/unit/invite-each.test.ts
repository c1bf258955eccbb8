/** Invitations to many rooms: who is written to, and what becomes of the rest when something breaks. */

import { text } from 'node:stream/consumers';
import test from 'ava';
import type { SendMailOptions } from 'nodemailer';
import { isWhole, reportCsv } from '../../src/cli/inviteReport.ts';
import { digestOf } from '../../src/server/admin/invitations.ts';
import { sendInvitations } from '../../src/server/admin/inviteEach.ts';
import {
  isDue,
  type ListedRoom,
  type Outcome,
  outcome,
  planInvitations,
} from '../../src/server/admin/invitePlan.ts';
import { UserError } from '../../src/server/errors.ts';
import type { LinkRecord, RoomRecord } from '../../src/server/room/records.ts';
import type { Store } from '../../src/server/store/index.ts';
import { aLink, aRoom } from '../helpers/store.ts';

const now = new Date('2026-12-01T00:00:00Z');
const request = {
  publicUrl: 'https://interview.example.com',
  secret: Buffer.alloc(32, 1),
  from: { name: '採用担当', address: 'saiyo@example.com' },
  openEarlyMinutes: 15,
  isCancelled: false,
  again: false,
  reinvite: false,
  now,
};
const window = { from: new Date('2099-04-01T01:00:00Z'), until: new Date('2099-04-01T02:00:00Z') };
const room = (changes: Partial<RoomRecord> = {}) => aRoom({ name: 'a', ...window, ...changes });
const listed = (record: RoomRecord, links: Partial<LinkRecord>[], given: ListedRoom['given'] = []) => ({
  room: record,
  links: [aLink(record, { role: 'interviewer' }), ...links.map((link) => aLink(record, link))],
  given,
});
const hanako = { label: '佐藤花子', email: 'hanako@example.net' };

/** For each applicant: due, or what became of them and why. */
const plan = (each: ListedRoom, changes: Partial<typeof request> = {}) =>
  planInvitations(each, { ...request, ...changes }).map((planned) =>
    isDue(planned)
      ? `${planned.applicant} <${planned.email}>: due`
      : `${planned.applicant}: ${[planned.result, planned.why].filter(Boolean).join(', ')}`,
  );

/** A link as it is once its applicant was invited to the room. */
function invitedLink(record: RoomRecord): LinkRecord {
  const link = aLink(record, hanako);
  const [due] = planInvitations({ room: record, links: [link], given: [] }, request);
  if (!due || !isDue(due)) throw new Error('the applicant is not due');
  const { from: invitedFrom, until: invitedUntil } = record;
  return { ...link, invitedAt: now, invitedAs: digestOf(due.invite), invitedFrom, invitedUntil };
}

test('whoever has an address is due, the address of the list where none is stored', (t) => {
  const given = [
    { applicant: '佐藤花子', email: 'HANAKO@example.net' },
    { applicant: '鈴木一郎', email: 'ichiro@example.net' },
  ];
  t.deepEqual(plan(listed(room(), [hanako, { label: '鈴木一郎' }, { label: '高橋' }], given)), [
    '佐藤花子 <hanako@example.net>: due',
    '鈴木一郎 <ichiro@example.net>: due',
    '高橋: failed, no mail address is known: store it (webinterview room email), or write it into the list',
  ]);
  t.deepEqual(plan(listed(room(), [{}], [{ applicant: '', email: 'a@x.jp' }])), [' <a@x.jp>: due']);
});

test('an address of the list that is not the stored one is no address to write to', (t) => {
  const given = [{ applicant: '佐藤花子', email: 'hanako@example.org' }];
  t.deepEqual(plan(listed(room(), [hanako], given)), [
    '佐藤花子: failed, the list says hanako@example.org, but hanako@example.net is stored: correct the list, or store the right one (webinterview room email)',
  ]);
});

test('whom the list names and the room does not know is told, and gets nobody’s link', (t) => {
  const given = [{ applicant: '佐藤花子', email: 'hanako@example.net' }];
  // Their name was erased: the link is there without it.
  t.deepEqual(plan(listed(room(), [{ label: '' }], given)), [
    ': failed, no mail address is known: store it (webinterview room email), or write it into the list',
    '佐藤花子: failed, the room has no link for this name: webinterview room applicant makes one',
  ]);
  t.deepEqual(plan(listed(room(), [hanako], [{ applicant: '', email: 'a@x.jp' }])), [
    '佐藤花子 <hanako@example.net>: due',
    ': failed, the list does not say which applicant of the room this is',
  ]);
});

test('a room that nobody can enter is told, as is a revoked link', (t) => {
  t.deepEqual(plan(listed(room({ closedAt: now }), [hanako])), [
    '佐藤花子: closed, the room is closed: reopen it first (webinterview room reopen)',
  ]);
  const past = { from: new Date('2026-11-01T01:00:00Z'), until: new Date('2026-11-01T02:00:00Z') };
  t.regex(
    plan(listed(room(past), [hanako]))[0] ?? '',
    /failed, The room a closed 2026\/11\/1 11:00 .*first$/,
  );
  t.deepEqual(plan(listed(room(), [{ ...hanako, revokedAt: now }])), ['佐藤花子: revoked']);
});

test('who has the invitation is due again when it would say something else, and not before', (t) => {
  const record = room();
  const link = invitedLink(record);
  const of = (changed: Partial<RoomRecord>, links: Partial<LinkRecord> = {}, asked = {}) =>
    plan({ room: { ...record, ...changed }, links: [{ ...link, ...links }], given: [] }, asked)[0];
  const due = '佐藤花子 <hanako@example.net>: due';
  t.is(of({}), '佐藤花子: already sent');
  // Of these the applicant would read nothing.
  t.is(of({ note: 'x', capacity: 9, version: 7 }), '佐藤花子: already sent');
  t.is(of({ closedAt: now }), '佐藤花子: already sent');
  t.is(of({ until: new Date('2099-04-01T03:00:00Z') }), due);
  t.is(of({ name: 'b' }), due);
  t.is(of({}, { version: 2 }), due);
  t.is(of({}, { email: 'h@example.net' }), '佐藤花子 <h@example.net>: due');
  t.is(of({}, {}, { publicUrl: 'https://other.example.com' }), due);
  t.is(of({}, {}, { again: true }), due);
  t.is(of({}, { invitedAt: null, invitedAs: null }), due);
});

test('a cancellation is for those who were invited, also in a closed room and by a revoked link', (t) => {
  const record = room({ closedAt: now });
  const links = [invitedLink(room()), aLink(record, { ...hanako, label: '鈴木一郎' })];
  const cancel = { isCancelled: true };
  t.deepEqual(plan({ room: record, links, given: [] }, cancel), [
    '佐藤花子 <hanako@example.net>: due',
    '鈴木一郎: not invited',
  ]);
  t.deepEqual(plan({ room: record, links, given: [] }, { ...cancel, again: true }), [
    '佐藤花子 <hanako@example.net>: due',
    '鈴木一郎 <hanako@example.net>: due',
  ]);
  const [link] = links as [LinkRecord];
  t.deepEqual(plan({ room: record, links: [{ ...link, revokedAt: now }], given: [] }, cancel), [
    '佐藤花子 <hanako@example.net>: due',
  ]);
  const past = { from: new Date('2026-11-01T01:00:00Z'), until: new Date('2026-11-01T02:00:00Z') };
  // A week's list of which some days are over has nothing amiss.
  const over = listed(room(past), [{ ...hanako, invitedAt: now }, { label: '鈴木一郎' }]);
  const results = (changes: Partial<typeof request>) =>
    planInvitations(over, { ...request, ...changes }).map((each) => (isDue(each) ? 'due' : each.result));
  t.deepEqual(results(cancel), ['over', 'not invited']);
  t.deepEqual(results({ ...cancel, again: true }), ['over', 'over']);
  // An invitation to a time that is past may be a time that is wrong.
  t.deepEqual(results({}), ['over', 'failed']);
  const line = outcome({ room: 'a', applicant: '佐藤花子', email: null }, 'over', 'it is over');
  t.true(isWhole([line]));
});

test('a link that was erased keeps nothing from being whole, and gets nobody’s address', (t) => {
  const erased = { label: '', email: null };
  const nobody = ': not invited, the link has neither a name nor a mail address';
  t.deepEqual(plan(listed(room(), [erased, hanako])), [nobody, '佐藤花子 <hanako@example.net>: due']);
  t.deepEqual(plan(listed(room(), [erased, hanako]), { again: true })[0], nobody);
  const given = [{ applicant: '', email: 'a@x.jp' }];
  t.deepEqual(plan(listed(room(), [erased, { label: '' }], given)), [
    nobody,
    nobody,
    ': failed, the room has several links without a name: store the address with the one it is for, by its id (webinterview room email)',
  ]);
  // The address that is stored is known to be theirs.
  const stored = plan(listed(room(), [erased, { label: '', email: 'b@x.jp' }], given));
  t.deepEqual(stored.slice(0, 2), [nobody, ' <b@x.jp>: due']);
});

test('who was told that it is cancelled is passed over by lists, and told no second time', (t) => {
  const record = room();
  const link = aLink(record, { ...hanako, cancelledAt: now });
  const of = (changed: Partial<RoomRecord>, asked = {}) =>
    plan({ room: { ...record, ...changed }, links: [link], given: [] }, asked)[0];
  const due = '佐藤花子 <hanako@example.net>: due';
  t.is(of({}), '佐藤花子: cancelled');
  t.is(of({ closedAt: now }), '佐藤花子: cancelled');
  t.is(of({}, { again: true }), '佐藤花子: cancelled');
  t.is(of({}, { reinvite: true }), due);
  t.is(of({}, { isCancelled: true }), '佐藤花子: cancelled');
  t.is(of({}, { isCancelled: true, again: true }), due);
});

test('a mail that was begun is finished by nobody else, and what is unclear is asked about', (t) => {
  const record = room();
  const of = (minutes: number, asked = {}, changes: Partial<LinkRecord> = {}) => {
    const sendingSince = new Date(now.getTime() - minutes * 60_000);
    const links = [aLink(record, { ...hanako, sendingSince, ...changes })];
    return plan({ room: record, links, given: [] }, asked)[0] ?? '';
  };
  const due = '佐藤花子 <hanako@example.net>: due';
  for (const asked of [{}, { again: true }, { isCancelled: true }])
    t.regex(
      of(9, asked),
      /^佐藤花子: unclear, a mail to them was begun 2026\/12\/1 8:51 and may be on its way yet/,
    );
  t.regex(
    of(10),
    /^佐藤花子: unclear, .* 8:50 and broken off, so it may have gone out: ask them, or .*--again\)$/,
  );
  t.is(of(10, { again: true }), due);
  // Whoever may have it is told that it is cancelled.
  t.is(of(10, { isCancelled: true }), due);
  t.is(of(10, {}, { ...invitedLink(record), sendingSince: now }), '佐藤花子: already sent');
  t.false(isWhole([outcome({ room: 'a', applicant: '', email: null }, 'unclear', 'x')]));
});

test('the only applicant was erased: nothing is amiss, and an old list brings no address back', (t) => {
  const erased = { label: '', email: null, erasedAt: now };
  const nobody = ': not invited, its applicant was erased';
  t.deepEqual(plan(listed(room(), [erased])), [nobody]);
  t.deepEqual(plan(listed(room(), [erased], [{ applicant: '', email: 'hanako@example.net' }])), [nobody]);
  t.deepEqual(plan(listed(room(), [erased], [{ applicant: '佐藤花子', email: 'hanako@example.net' }])), [
    nobody,
    '佐藤花子: failed, the room has no link for this name, and somebody was erased from it: take them out of the list',
  ]);
  // Whoever has an address since is somebody else.
  t.deepEqual(plan(listed(room(), [{ ...erased, email: 'b@x.jp' }])), [' <b@x.jp>: due']);
});

test('an invitation to a moved interview says the time before, and its cancellation the one that was told', (t) => {
  const record = room();
  const link = invitedLink(record);
  const hour = 60 * 60_000;
  const moved = {
    ...record,
    from: new Date(window.from.getTime() + hour),
    until: new Date(window.until.getTime() + hour),
  };
  const mail = (changes: Partial<LinkRecord>, asked = {}) => {
    const each = { room: moved, links: [{ ...link, ...changes }], given: [] };
    const due = planInvitations(each, { ...request, ...asked }).find(isDue);
    return due?.invite.message.text ?? '';
  };
  t.regex(mail({}), /■ 変更後の日時\n.*11:00〜12:00[\s\S]*■ 変更前の日時\n.*10:00〜11:00/);
  // Who has read nothing there yet is told nothing of a change.
  for (const none of [{ invitedAs: null }, { invitedFrom: null }, { invitedAt: null, cancelledAt: now }])
    t.notRegex(mail(none, { reinvite: true }), /変更/);
  t.regex(mail({}, { isCancelled: true }), /■ 日時\n.*10:00〜11:00/);
  t.regex(mail({}, { language: 'en' }), /has been moved\.[\s\S]*Instead of\n.*10:00 – 11:00/);
});

test('a mail in English comes from the sender’s name in English', (t) => {
  const of = (asked: object) =>
    planInvitations(listed(room(), [hanako]), { ...request, ...asked }).find(isDue)?.invite;
  const from = { ...request.from, nameEn: 'Sample Inc.' };
  const en = of({ from, language: 'en' });
  t.is(en?.envelope.from?.name, 'Sample Inc.');
  t.true(en?.message.subject.startsWith('Sample Inc.: '));
  t.is(of({ from })?.envelope.from?.name, '採用担当');
  t.is(of({ language: 'en' })?.envelope.from?.name, '採用担当');
});

// ---- sending --------------------------------------------------------------------------------------------

const refused = new UserError('The mail server refused the recipient: check the address.');
const away = new UserError('The mail server cannot be reached: check it.', { code: 'unavailable' });

/** What became of a room between plan and mail; null: it was deleted. */
type Change = (each: ListedRoom, at: number) => ListedRoom | null;

/** Sends to so many; `sent` says what the server answers to each mail, `stored` the database. */
async function send(
  sent: (UserError | null)[],
  {
    stored = [],
    claims = [],
    meanwhile = (each) => each,
  }: { stored?: (Error | null)[]; claims?: null[]; meanwhile?: Change } = {},
): Promise<{
  outcomes: Outcome[];
  tried: number;
  counted: number[];
  mails: SendMailOptions[];
  emails: unknown[];
  released: (Date | null)[];
}> {
  const rooms = sent.map((_, i) => listed(room({ name: `r${i}` }), [hanako]));
  const planned = rooms.flatMap((each) => planInvitations(each, request));
  const current = rooms.map(meanwhile);
  let tried = 0;
  const counted: number[] = [];
  const mails: SendMailOptions[] = [];
  const mailer = {
    async send(mail: SendMailOptions) {
      mails.push(mail);
      const error = sent[tried++];
      if (error) throw error;
      return `<${tried}@x>`;
    },
    close: () => undefined,
  };
  let kept = 0;
  const released: (Date | null)[] = [];
  const invitations = {
    claim: async (link: LinkRecord, at: Date) =>
      claims.shift() === null ? null : { ...link, sendingSince: at },
    release: async (_: LinkRecord, before: Date | null) => void released.push(before),
    sent: async () => {
      const error = stored[kept++];
      if (error) throw error;
    },
  };
  const emails: unknown[] = [];
  const setEmail = async (_: string, email: string | null) => void emails.push(email);
  const get = async (id: string) => current.find((each) => each?.room.id === id)?.room ?? null;
  const links = async (id: string) => current.find((each) => each?.room.id === id)?.links ?? [];
  const store = { rooms: { get, links, setEmail }, invitations };
  const admin = { store: store as unknown as Store, now: () => now, actor: 'cli:test' };
  const outcomes = await sendInvitations(admin, planned, {
    mailer,
    request,
    onDone: (at) => counted.push(at),
    explained: async (error) => error,
  });
  return { outcomes, tried, counted, mails, emails, released };
}
const resultsOf = (outcomes: Outcome[]) => outcomes.map(({ result }) => result);

test('a mail that is refused keeps no other from being sent', async (t) => {
  const { outcomes, counted } = await send([null, refused, null]);
  t.deepEqual(resultsOf(outcomes), ['sent', 'failed', 'sent']);
  t.deepEqual(
    outcomes.map(({ why, messageId }) => [why, messageId]),
    [
      [null, '<1@x>'],
      ['The mail server refused the recipient: check the address', null],
      [null, '<3@x>'],
    ],
  );
  t.deepEqual(counted, [1, 2, 3]);
});

test('a connection that is lost once costs one mail, and a server that is gone the rest', async (t) => {
  const once = await send([null, away, null, away, null]);
  t.deepEqual(resultsOf(once.outcomes), ['sent', 'failed', 'sent', 'failed', 'sent']);
  const gone = await send([null, away, away, null, null]);
  t.deepEqual(resultsOf(gone.outcomes), ['sent', 'failed', 'failed', 'not tried', 'not tried']);
  t.is(gone.tried, 3);
  t.is(gone.outcomes[4]?.why, 'The mail server cannot be reached: check it');
});

test('where the database is gone, what was sent is told, and nobody else is written to', async (t) => {
  const { outcomes, tried } = await send([null, null, null], { stored: [null, new Error('disk is full')] });
  t.deepEqual(resultsOf(outcomes), ['sent', 'sent', 'not tried']);
  t.is(outcomes[1]?.why, 'that it was sent could not be stored: disk is full');
  t.is(tried, 2);
});

test('what has changed since the plan is heeded right before each mail', async (t) => {
  const linkWith = (each: ListedRoom, changes: Partial<LinkRecord>) => ({
    ...each,
    links: each.links.map((link) => (link.role === 'applicant' ? { ...link, ...changes } : link)),
  });
  const changes: Change[] = [
    // Another administrator has written to them.
    (each) => {
      const due = planInvitations(each, request).find(isDue);
      return linkWith(each, { invitedAt: now, invitedAs: due ? digestOf(due.invite) : null });
    },
    (each) => ({ ...each, room: { ...each.room, closedAt: now } }),
    (each) => linkWith(each, { revokedAt: now }),
    (each) => linkWith(each, { label: '', email: null }),
    () => null,
    (each) => linkWith(each, { email: 'new@example.net' }),
    (each) => ({ ...each, room: { ...each.room, name: 'moved' } }),
  ];
  const { outcomes, mails, emails, counted } = await send(
    changes.map(() => null),
    { meanwhile: (each, at) => changes[at]?.(each, at) ?? null },
  );
  t.deepEqual(resultsOf(outcomes), ['already sent', 'closed', 'revoked', 'failed', 'failed', 'sent', 'sent']);
  t.is(outcomes[4]?.why, 'the room has been deleted meanwhile');
  t.deepEqual(
    mails.map(({ to }) => JSON.stringify(to).includes('new@example.net')),
    [true, false],
  );
  t.regex(String(mails[1]?.text), /moved/);
  // An address that was erased is not stored again.
  t.deepEqual(emails, []);
  t.is(counted.length, changes.length);
});

test('who loses the claim to somebody else plans anew, and a claim is given back with a mail that was refused', async (t) => {
  const lost = await send([null], { claims: [null] });
  t.deepEqual(resultsOf(lost.outcomes), ['sent']);
  t.is(lost.tried, 1);
  const never = await send([null], { claims: [null, null, null] });
  t.deepEqual(resultsOf(never.outcomes), ['failed']);
  t.is(never.tried, 0);
  t.deepEqual((await send([refused, null])).released, [null]);
});

test('the report is a CSV, with a line for each', async (t) => {
  const { outcomes } = await send([null, refused]);
  t.is(
    await text(reportCsv(outcomes)),
    [
      'room,applicant,email,result,why,message-id,subject',
      'r0,佐藤花子,hanako@example.net,sent,,<1@x>,【採用担当】Web面接のご案内（4月1日（水）10:00）',
      'r1,佐藤花子,hanako@example.net,failed,The mail server refused the recipient: check the address,,',
      '',
    ].join('\r\n'),
  );
});
