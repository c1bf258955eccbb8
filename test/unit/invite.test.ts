/** What the applicant reads. */
import test from 'ava';
import { digestOf, type InviteRequest, inviteTo, linkProblem } from '../../src/server/admin/invitations.ts';
import { inviteCalendar } from '../../src/server/invite/calendar.ts';
import type { Invitation } from '../../src/server/invite/invitation.ts';
import { cancelMessage, inviteMessage } from '../../src/server/invite/message.ts';
import { windowText } from '../../src/server/invite/when.ts';
import type { RoomRecord } from '../../src/server/room/records.ts';
import { invitation, now, url } from '../helpers/invitation.ts';
import { aLink, aRoom } from '../helpers/store.ts';

test('in Japanese: whom, who, when in the room’s time zone, the link on its own line, what to prepare', (t) => {
  const { subject, text } = inviteMessage(invitation());
  t.is(subject, '【株式会社サンプル 採用担当】Web面接のご案内（12月1日（火）10:00）');
  const lines = text.split('\n');
  t.is(lines[0], '佐藤花子 様');
  t.true(lines.includes('2026年12月1日（火）10:00〜11:30（1時間30分、日本標準時、UTC+9）'));
  t.true(lines.includes(url));
  t.true(lines.includes('9110-1-to'));
  for (const word of ['ブラウザ：', 'カメラとマイク：', '環境チェック', 'うまく動作しないとき']) {
    t.true(text.includes(word), word);
  }
  t.is(lines.at(-2), '株式会社サンプル 採用担当');
});

test('in English: the same', (t) => {
  const { subject, text } = inviteMessage(
    invitation({ language: 'en', applicantName: 'Hanako Sato', company: 'Example Inc.' }),
  );
  t.is(subject, 'Example Inc.: Invitation to your online interview (Tue 1 Dec 2026, 10:00)');
  const lines = text.split('\n');
  t.is(lines[0], 'Dear Hanako Sato,');
  t.true(
    lines.includes('Tuesday, 1 December 2026, 10:00 – 11:30 (1 hour 30 minutes, Japan Standard Time, UTC+9)'),
  );
  t.true(lines.includes(url));
  for (const word of ['Browser:', 'Camera and microphone:', 'environment check', 'not work']) {
    t.true(text.includes(word), word);
  }
});

test('who was invited is told that it is not going to be, without the link', (t) => {
  const ja = cancelMessage(invitation());
  t.is(ja.subject, '【株式会社サンプル 採用担当】Web面接中止のお知らせ（12月1日（火）10:00）');
  t.true(ja.text.startsWith('佐藤花子 様\n\nお世話になっております。\n株式会社サンプル 採用担当です。'));
  t.true(ja.text.includes('2026年12月1日（火）10:00〜11:30（1時間30分、日本標準時、UTC+9）'));
  const en = cancelMessage(invitation({ language: 'en', applicantName: null, company: 'Example Inc.' }));
  t.is(en.subject, 'Example Inc.: Your online interview has been cancelled (Tue 1 Dec 2026, 10:00)');
  t.true(en.text.startsWith('Dear applicant,\n'));
  for (const { text, html } of [ja, en]) t.false(`${text}${html}`.includes(url));
});

test('the buttons that the message names are those of the page', async (t) => {
  for (const language of ['ja', 'en'] as const) {
    const words = (await import(`../../src/web/i18n/${language}.ts`))[language];
    const { text } = inviteMessage(invitation({ language }));
    t.true(text.includes(words.check.proceed), words.check.proceed);
    t.true(text.includes(words.waiting.request), words.waiting.request);
  }
});

test('from when on one can come in is said in the message, and in the calendar whatever its time zone', (t) => {
  const told = (changes: Partial<Invitation>) => {
    const made = invitation(changes);
    const { text: calendar } = inviteCalendar(made, { now, subject: '', from: null, to: null });
    // As it was before its lines were folded.
    return [inviteMessage(made).text, calendar.replaceAll('\r\n ', '')] as const;
  };
  const [ja, jaCalendar] = told({});
  t.true(ja.includes('※ 入室は9:45から可能です。それまでは、同じリンクで環境チェックのみ行えます。'));
  t.true(jaCalendar.includes('入室は開始の15分前から可能です。'));
  const [en, enCalendar] = told({ language: 'en' });
  t.true(en.includes('You can come in from 9:45. Before that, the same link lets you check'));
  t.true(enCalendar.includes('You can come in from 15 minutes before the beginning.'));
  // A room that opens on the dot, and one that opens the day before.
  const onTime = { opensAt: new Date('2026-12-01T01:00:00Z') };
  t.true(told(onTime)[0].includes('入室は10:00から'));
  t.true(told(onTime)[1].includes('入室は開始時刻から可能です。'));
  // When one can come in is said once: nobody is told to wait for the beginning as well.
  for (const text of [ja, jaCalendar]) t.notRegex(text, /(日時|時刻)になりましたら/);
  for (const text of [en, enCalendar]) t.notRegex(text, /open the link[^.]* at /);
  const dayBefore = { opensAt: new Date('2026-11-30T01:00:00Z') };
  t.true(told(dayBefore)[0].includes('入室は11月30日（月）10:00から'));
  t.true(told({ ...dayBefore, language: 'en' })[0].includes('from 10:00 on Monday, 30 November.'));
  t.true(told(dayBefore)[1].includes('入室は開始の24時間前から'));
});

test('without a name and a company nobody is invented', (t) => {
  for (const empty of [null, '', ' ']) {
    const ja = inviteMessage(invitation({ applicantName: empty, company: empty }));
    t.true(ja.text.startsWith('応募者様\n\nこの度はご応募いただき、誠にありがとうございます。\n\n'));
    t.is(ja.subject, 'Web面接のご案内（12月1日（火）10:00）');
    const en = inviteMessage(invitation({ language: 'en', applicantName: empty, company: empty }));
    t.true(en.text.startsWith('Dear applicant,\n'));
    for (const { text, html } of [ja, en]) t.notRegex(text + html, /null|undefined/);
  }
});

const windows: [string, Partial<Invitation>, string][] = [
  [
    'over midnight',
    { from: new Date('2026-12-01T01:00:00Z'), until: new Date('2026-12-02T01:00:00Z') },
    '2026年12月1日（火）10:00〜2026年12月2日（水）10:00（24時間、日本標準時、UTC+9）',
  ],
  [
    'in the hour that comes twice',
    {
      timeZone: 'Europe/Berlin',
      language: 'en',
      from: new Date('2026-10-25T00:30:00Z'),
      until: new Date('2026-10-25T01:30:00Z'),
    },
    'Sunday, 25 October 2026, 2:30 (Central European Summer Time, UTC+2) – 2:30 (Central European Standard Time, UTC+1), 1 hour in all',
  ],
  [
    'over the hour that is skipped',
    {
      timeZone: 'America/New_York',
      language: 'en',
      from: new Date('2027-03-14T06:30:00Z'),
      until: new Date('2027-03-14T07:30:00Z'),
    },
    'Sunday, 14 March 2027, 1:30 (Eastern Standard Time, UTC-5) – 3:30 (Eastern Daylight Time, UTC-4), 1 hour in all',
  ],
  [
    'half hours of a zone',
    { timeZone: 'Asia/Kolkata', language: 'en' },
    'Tuesday, 1 December 2026, 6:30 – 8:00 (1 hour 30 minutes, India Standard Time, UTC+5:30)',
  ],
  [
    'in Japanese over the hour that is skipped, and for days',
    {
      timeZone: 'Europe/Berlin',
      from: new Date('2027-03-27T23:00:00Z'),
      until: new Date('2027-03-30T22:00:00Z'),
    },
    '2027年3月28日（日）0:00（中央ヨーロッパ標準時、UTC+1）〜2027年3月31日（水）0:00（中央ヨーロッパ夏時間、UTC+2）、計2日23時間',
  ],
  [
    'a zone without a name of its own',
    { timeZone: 'Etc/GMT-9' },
    '2026年12月1日（火）10:00〜11:30（1時間30分、UTC+9）',
  ],
  [
    'UTC',
    { timeZone: 'UTC', language: 'en' },
    'Tuesday, 1 December 2026, 1:00 – 2:30 (1 hour 30 minutes, UTC)',
  ],
];
for (const [name, changes, expected] of windows) {
  test(`the window as people read it: ${name}`, (t) => t.is(windowText(invitation(changes)), expected));
}

test('what was given stands in the HTML as text, never as markup', (t) => {
  const { html } = inviteMessage(
    invitation({
      roomName: '<script>alert(1)</script>',
      applicantName: '"><img src=x onerror=alert(1)>',
      company: "A & B's <b>",
      url: 'https://example.com/"onmouseover="alert(1)/room#x',
    }),
  );
  t.notRegex(html, /<script|<img|<b>/);
  t.true(html.includes('&lt;script&gt;alert(1)&lt;/script&gt;'));
  t.true(html.includes('A &amp; B&#39;s &lt;b&gt;'));
  t.notRegex(html, /href="[^"]*"onmouseover/);
});

test('a name cannot begin a line of its own, nor turn the direction of what follows', (t) => {
  const { subject, text } = inviteMessage(
    invitation({
      applicantName: '佐藤\r\n■ 参加用リンク\nhttps://evil.example.com',
      company: 'A\r\nBcc: x@evil.example.com\u2028B',
      roomName: 'a\u202Eb\u0000c',
    }),
  );
  t.is(text.split('\n').filter((line) => line.startsWith('https://')).length, 1);
  t.notRegex(subject, /[\r\n\u2028]/);
  t.true(text.split('\n').includes('ab c'));
});

const unfolded = (ics: string) => ics.replace(/\r\n[ \t]/g, '');

test('the interview is called by its title, and by whom its room says', (t) => {
  const record = aRoom({ name: 'demo-2026', title: '新卒採用 一次面接', company: '株式会社サンプル' });
  const link = aLink(record, { label: '佐藤花子' });
  const make = (room: RoomRecord, changes: Partial<InviteRequest> = {}) =>
    inviteTo(
      room,
      { link, name: link.label },
      {
        publicUrl: 'https://interview.example.com',
        secret: Buffer.alloc(32, 1),
        openEarlyMinutes: 15,
        from: { name: 'Example Inc.', address: 'jobs@example.com' },
        to: null,
        now: room.from,
        ...changes,
      },
    );
  for (const isCancelled of [false, true]) {
    const ja = make(record, { isCancelled });
    const en = make(record, { isCancelled, language: 'en' });
    t.true(ja.message.text.includes('■ 面接名\n新卒採用 一次面接\n'), ja.message.text);
    t.true(ja.message.subject.startsWith('【株式会社サンプル】'));
    t.true(en.message.text.includes('* Interview\n新卒採用 一次面接\n'), en.message.text);
    t.true(unfolded(ja.calendar.text).includes('面接名：新卒採用 一次面接'));
    t.true(unfolded(en.calendar.text).includes('Interview: 新卒採用 一次面接'));
    for (const { message, calendar } of [ja, en])
      t.false([message.text, message.html, unfolded(calendar.text)].join().includes('demo-2026'));
  }
  const plain = make({ ...record, title: '', company: '' });
  t.true(plain.message.text.includes('ルーム名\ndemo-2026\n'));
  t.is(plain.invitation.company, 'Example Inc.');
  // Another title or company is news to who was invited; another name of the sender is none.
  const digests = [
    plain,
    make({ ...record, title: '' }),
    make({ ...record, company: '' }),
    make(record),
    make({ ...record, title: '二次面接' }),
  ].map(digestOf);
  t.is(new Set(digests).size, digests.length);
  const renamed = make(
    { ...record, title: '', company: '' },
    { from: { name: 'X', address: 'jobs@example.com' } },
  );
  t.is(digestOf(renamed), digestOf(plain));
});

test('a room and one of its links make an invitation; a room that is over makes none', (t) => {
  const room = aRoom({ name: '9110-1-to', language: 'en', version: 3, timeZone: 'Asia/Tokyo' });
  const link = aLink(room, { role: 'applicant', label: '佐藤花子', version: 2 });
  const from = { name: 'Example Inc.', address: 'jobs@example.com' };
  const to = { name: '', address: 'hanako@example.com' };
  const options = {
    publicUrl: 'https://interview.example.com',
    secret: Buffer.alloc(32, 1),
    openEarlyMinutes: 15,
    from,
    to,
  };
  const made = inviteTo(room, { link, name: link.label }, { ...options, now: room.from });
  t.like(made.invitation, {
    language: 'en',
    applicantName: '佐藤花子',
    company: 'Example Inc.',
    revision: 5,
  });
  t.regex(made.invitation.url, /^https:\/\/interview\.example\.com\/room#[\w-]{44}$/);
  t.is(made.envelope.to?.name, '佐藤花子');
  t.is(linkProblem(made.invitation), null);
  const local = inviteTo(
    room,
    { link, name: null },
    { ...options, publicUrl: 'http://localhost:1', language: 'ja', now: room.from },
  );
  t.is(local.invitation.language, 'ja');
  t.like(linkProblem(local.invitation), { isUseless: true });
  t.regex(linkProblem(local.invitation)?.text ?? '', /nobody else can open/);
  t.throws(() => inviteTo(room, { link, name: null }, { ...options, now: room.until }), {
    message: /^The room 9110-1-to closed .* \(Asia\/Tokyo\), and nobody can enter it/,
  });
});
