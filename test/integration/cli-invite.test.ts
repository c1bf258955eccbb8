/** `webinterview invite`: what is shown and written, and what is refused. */
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { simpleParser } from 'mailparser';
import { cli } from '../helpers/cli.ts';
import { icsProperties } from '../helpers/ics.ts';
import { invite, publicUrl, sender, to, withRoom } from '../helpers/invite.ts';
import { aLink, aRoom, collect, putRoom, testConfig, testStore } from '../helpers/store.ts';

test('without options the text is shown, with the subject over it and the applicant’s link', async (t) => {
  const { config, applicantUrl } = await withRoom(t);
  const { code, stdout, stderr } = await invite(config, ['--applicant', '佐藤花子']);
  t.is(code, 0);
  t.is(stderr, '');
  const lines = stdout.split('\n');
  t.is(lines[0], 'Web面接のご案内（12月1日（火）10:00）');
  t.is(lines[2], '佐藤花子 様');
  t.true(lines.includes('2099年12月1日（火）10:00〜11:30（1時間30分、日本標準時、UTC+9）'));
  t.true(lines.includes(applicantUrl));
});

test('--output writes a mail by default, for its owner alone, and by the ending of its name otherwise', async (t) => {
  const { config, applicantUrl } = await withRoom(t);
  const file = (name: string) => join(config.dataDir, name);
  const eml = await invite(config, [...to, '--output', file('invite.eml')], sender);
  t.deepEqual(eml, { code: 0, stdout: `Wrote the invitation (eml) to ${file('invite.eml')}\n`, stderr: '' });
  t.is((await stat(file('invite.eml'))).mode & 0o777, 0o600);
  const mail = await simpleParser(await readFile(file('invite.eml')));
  t.is(mail.subject, '【株式会社サンプル 採用担当】Web面接のご案内（12月1日（火）10:00）');
  t.true(mail.text?.includes(applicantUrl));

  await invite(config, ['--output', file('invite.ics')]);
  const properties = icsProperties(await readFile(file('invite.ics'), 'utf8'));
  t.is(properties.find(({ name }) => name === 'DTSTART')?.value, '20991201T010000Z');
  await invite(config, ['--output', file('invite.html')]);
  t.true((await readFile(file('invite.html'), 'utf8')).startsWith('<!DOCTYPE html>'));
  await invite(config, ['--output', file('invite.txt'), '--language', 'en']);
  t.regex(await readFile(file('invite.txt'), 'utf8'), /^Invitation to your online interview/);
});

test('a mail without a sender is written, with a note', async (t) => {
  const { config } = await withRoom(t);
  const { code, stdout, stderr } = await invite(config, ['--format', 'eml']);
  t.is(code, 0);
  t.regex(stderr, /^webinterview: note: no sender is known; [^\n]*mail\.from[^\n]*\n$/);
  t.is((await simpleParser(stdout)).from, undefined);
});

test('a link that nobody else can open is written, with a note, whatever the form', async (t) => {
  const { config } = await withRoom(t);
  const here = { WEBINTERVIEW_HTTP_PUBLIC_URL: '' };
  const note =
    'webinterview: note: the link begins with http://localhost:3000, which nobody else can open: set http.publicUrl to the address people use.\n';
  const output = join(config.dataDir, 'a.eml');
  for (const args of [
    ...['text', 'html', 'ics'].map((format) => ['--format', format]),
    ['--json'],
    ['--output', output, '--from-address', 'jobs@example.com'],
  ]) {
    const { code, stdout, stderr } = await invite(config, args, here);
    t.is(code, 0);
    t.is(stderr, note, args.join(' '));
    t.regex(args.includes('--output') ? await readFile(output, 'utf8') : stdout, /localhost/);
  }
});

test('a link where browsers give no camera, or that opens in one network alone, is written with a note', async (t) => {
  const { config } = await withRoom(t);
  for (const [url, note] of [
    [
      'http://interview.example.com',
      /link begins with http:\S+ where browsers give no camera and no microphone: /,
    ],
    [
      'https://10.1.2.3:8443',
      /link begins with https:\/\/10\.1\.2\.3:8443, which opens inside its own network alone: /,
    ],
  ] as const) {
    const { code, stderr } = await invite(config, [], { WEBINTERVIEW_HTTP_PUBLIC_URL: url });
    t.is(code, 0);
    t.regex(stderr, note);
  }
});

test('--cancel takes an invitation back, also of a room that is closed and a link that is revoked', async (t) => {
  const { config } = await withRoom(t);
  const ics = async (args: string[]) => {
    const { code, stdout, stderr } = await invite(config, ['--format', 'ics', ...to, ...args], sender);
    t.is(code, 0, stderr);
    const properties = icsProperties(stdout);
    return { stderr, value: (name: string) => properties.find((property) => property.name === name)?.value };
  };
  const invited = await ics([]);
  const early = await ics(['--cancel']);
  // Whoever is invited again is, also when nothing of the room was changed.
  const again = await ics([]);
  t.true(Number(again.value('SEQUENCE')) > Number(early.value('SEQUENCE')));
  t.true(Number((await ics(['--cancel'])).value('SEQUENCE')) > Number(again.value('SEQUENCE')));
  const store = await testStore(t, config);
  const audit = await collect(store.audit.entries());
  t.is(audit.filter(({ details }) => details.fields === 'invitations').length, 2);
  await store.close();
  t.regex(early.stderr, /note: the link still opens the room: refuse it with webinterview room revoke /);
  const closed = await cli(config, ['room', 'close', '9110-1-to']);
  t.is(closed.code, 0);
  t.regex(closed.stderr, /whoever was invited is told by webinterview invite 9110-1-to --cancel\n$/);
  const revoked = await cli(config, ['room', 'revoke', '9110-1-to', 'applicant']);
  t.regex(revoked.stderr, /is told by webinterview invite 9110-1-to --applicant \S+ --cancel\n$/);
  const { value, stderr } = await ics(['--cancel']);
  t.is(stderr, '');
  t.deepEqual([value('METHOD'), value('STATUS')], ['CANCEL', 'CANCELLED']);
  t.is(value('UID'), invited.value('UID'));
  t.true(Number(value('SEQUENCE')) > Number(early.value('SEQUENCE')));
  const told = await invite(config, ['--cancel', '--applicant', '佐藤花子'], sender);
  t.regex(told.stdout, /^【株式会社サンプル 採用担当】Web面接中止のお知らせ/);
  t.false(told.stdout.includes('https://'));
  const json = JSON.parse((await invite(config, ['--cancel', '--json'], sender)).stdout);
  t.like(json, { cancelled: true, url: null });
  // A calendar heeds whoever has invited.
  const nobody = await invite(config, ['--cancel', '--format', 'ics']);
  t.is(nobody.code, 1);
  t.regex(
    nobody.stderr,
    /needs a sender, .* set mail\.from in the configuration, or give --from-address\.\n$/,
  );
  t.is((await invite(config, ['--cancel'])).code, 0);
});

test('--json tells every form; with --output where it is', async (t) => {
  const { config, applicantUrl } = await withRoom(t);
  const args = [
    '--json',
    '--language',
    'en',
    '--applicant',
    'Hanako Sato',
    '--from-address',
    'Jobs <jobs@example.com>',
  ];
  const told = JSON.parse((await invite(config, [...args, ...to])).stdout);
  t.like(told, { room: '9110-1-to', applicant: 'Hanako Sato', language: 'en', url: applicantUrl });
  t.like(told, { sender: 'jobs@example.com', to: 'hanako@example.net', from: '2099-12-01T01:00:00.000Z' });
  t.true(told.subject.startsWith('Jobs: Invitation to your online interview'));
  t.true(told.html.includes('<html lang="en">'));
  t.regex(told.ics, /^METHOD:REQUEST\r$/m);
  const file = join(config.dataDir, 'a.eml');
  t.deepEqual(JSON.parse((await invite(config, [...args, '--output', file])).stdout), {
    output: file,
    format: 'eml',
  });
});

const smtpUrl = { WEBINTERVIEW_MAIL_SMTP_URL: 'smtp://user:hunter2@127.0.0.1:1' };
const refused: [string, string[], NodeJS.ProcessEnv, number, RegExp][] = [
  ['no address', ['--smtp'], { ...sender, ...smtpUrl }, 2, /--smtp needs --to/],
  ['no mail server', ['--smtp', ...to], sender, 1, /set mail\.smtpUrl/],
  ['no sender', ['--smtp', ...to], smtpUrl, 1, /set mail\.from .* or give --from-address/],
  [
    'neither server nor sender',
    ['--smtp', ...to],
    {},
    1,
    /needs a mail server and a sender: set mail\.smtpUrl .*; set mail\.from .* or give --from-address/,
  ],
  [
    'no such address',
    ['--to', 'hanako'],
    {},
    2,
    /--to "hanako" is not a mail address: expected e\.g\. hanako@example\.com/,
  ],
  ['a second recipient', ['--to', 'a@b.c\r\nBcc: d@e.f'], {}, 2, /is not a mail address/],
  [
    'a format and a mail',
    ['--smtp', ...to, '--format', 'ics'],
    {},
    2,
    /option '--smtp' cannot be used with option '--format/,
  ],
  [
    'an unknown language',
    ['--language', 'fr'],
    {},
    2,
    /argument 'fr' is invalid\. Allowed choices are ja, en; see webinterview invite --help\./,
  ],
  [
    'a link that opens nowhere else',
    ['--smtp', ...to],
    { ...sender, ...smtpUrl, WEBINTERVIEW_HTTP_PUBLIC_URL: '' },
    1,
    /The link begins with http:\/\/localhost:3000, which nobody else can open: set http\.publicUrl/,
  ],
  [
    'a mail server of another kind',
    [],
    { WEBINTERVIEW_MAIL_SMTP_URL: 'http://u:hunter2@x' },
    1,
    /mail\.smtpUrl .* is not usable: expected smtp:/,
  ],
  [
    'options behind the mail server',
    [],
    { WEBINTERVIEW_MAIL_SMTP_URL: 'smtp://u:hunter2@x?a=b' },
    1,
    /is not usable: expected smtp:/,
  ],
  [
    'no sender’s address',
    [],
    { WEBINTERVIEW_MAIL_FROM: 'somebody' },
    1,
    /mail\.from .* is "somebody": expected a mail address like/,
  ],
];
for (const [name, args, env, exitCode, expected] of refused) {
  test(`one clear line without the password: ${name}`, async (t) => {
    const { config } = await withRoom(t);
    const { code, stdout, stderr } = await invite(config, args, env);
    t.is(stdout, '');
    t.regex(stderr, expected);
    t.is(stderr.trimEnd().split('\n').length, 1);
    t.notRegex(stderr, /hunter2/);
    t.is(code, exitCode);
  });
}

test('a room that is unknown, and one that is over, invite nobody', async (t) => {
  const { config } = await withRoom(t);
  const unknown = await cli(config, ['invite', 'unknown']);
  t.is(unknown.stderr, 'webinterview: There is no room named unknown: check its name or id.\n');
  const store = await testStore(t, config);
  const past = aRoom({ name: 'past', until: new Date('2020-01-01T02:00:00Z') });
  await putRoom(store, past, [aLink(past)]);
  t.regex((await cli(config, ['invite', 'past', '--cancel'])).stderr, /there is nothing left to cancel\.\n$/);
  const { code, stderr } = await cli(config, ['invite', 'past']);
  t.is(code, 1);
  t.is(
    stderr,
    'webinterview: The room past closed 2020/1/1 11:00 (Asia/Tokyo), and nobody can enter it: give it a later time first.\n',
  );
});

test('of several applicants each is invited by name, in the room’s language and by a link of their own', async (t) => {
  const config = await testConfig(t);
  const window = ['--from', '2099-12-01 10:00', '--duration', '90m'];
  const applicants = ['--language', 'en', '--applicant', 'Hanako Sato', 'Ichiro Suzuki'];
  const made = await cli(
    config,
    ['room', 'create', '--name', '9110-1-to', ...window, ...applicants],
    publicUrl,
  );
  t.is(made.code, 0, made.stderr);

  const which = await invite(config, []);
  t.is(which.code, 1);
  t.regex(
    which.stderr,
    /^webinterview: The room 9110-1-to has 2 applicants' links: choose one with --applicant: [^\n]*\n$/,
  );
  for (const name of ['Hanako Sato', 'Ichiro Suzuki']) t.true(which.stderr.includes(name));
  t.regex((await invite(config, ['--applicant', 'Nobody'])).stderr, /no applicant named Nobody: there are /);

  const urls = await Promise.all(
    ['Hanako Sato', 'Ichiro Suzuki'].map(async (name) => {
      const { stdout } = await invite(config, ['--applicant', name]);
      t.true(stdout.includes(`Dear ${name},`));
      return /^https:.*$/m.exec(stdout)?.[0];
    }),
  );
  t.is(new Set(urls).size, 2);
  for (const url of urls) t.true(made.stdout.includes(url ?? 'none'));
});

test('an appointment that was moved goes before the earlier one in a calendar', async (t) => {
  const { config } = await withRoom(t);
  const calendar = async () => {
    const properties = icsProperties((await invite(config, ['--format', 'ics'])).stdout);
    return (name: string) => properties.find((property) => property.name === name)?.value;
  };
  const first = await calendar();
  const update = ['room', 'update', '9110-1-to', '--from', '2099-12-01 11:00', '--until', '2099-12-01 12:00'];
  t.is((await cli(config, update)).code, 0);
  const moved = await calendar();
  t.is(moved('UID'), first('UID'));
  t.is(moved('DTSTART'), '20991201T020000Z');
  t.true(Number(moved('SEQUENCE')) > Number(first('SEQUENCE')));
});
