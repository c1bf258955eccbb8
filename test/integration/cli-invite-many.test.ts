/** `webinterview invite --from-csv`: everyone of a list by a real mail server, on both databases. */
import { readFile, writeFile } from 'node:fs/promises';
import test from 'ava';
import { simpleParser } from 'mailparser';
import { cli, executable } from '../helpers/cli.ts';
import { onBothDatabases } from '../helpers/databases.ts';
import { at, reportOf, smtpAt, world } from '../helpers/invite-list.ts';
import { openTerminal, shellHome } from '../helpers/shell.ts';
import { collect, testStore } from '../helpers/store.ts';

const again = 'webinterview: note: once this is mended, run the same command again: ';
onBothDatabases('everyone of a list is invited, and those who were not reached again', async (t, url) => {
  const { config, file, mail, run, invite, newMail } = await world(t, url, [
    `a,${at},佐藤花子,hanako@example.net`,
    `b,${at},鈴木一郎;高橋次郎,ichiro@example.org;jiro@example.net`,
    `c,${at},田中三郎,`,
    `d,${at},,shiro@example.net`,
  ]);
  const first = await invite();
  const { port } = mail;
  t.deepEqual(first, {
    code: 1,
    stdout: [
      `b, 鈴木一郎 <ichiro@example.org>: The mail server 127.0.0.1:${port} refused the recipient ichiro@example.org (550 no such user here): check the address`,
      'c, 田中三郎: no mail address is known: store it (webinterview room email), or write it into the list',
      'Invitations: 3 sent, 2 failed.\n',
    ].join('\n'),
    stderr: `${again}who has the invitation is not written to again.\n`,
  });
  t.is(mail.connections(), 1);
  const [delivery] = mail.deliveries;
  const letter = await simpleParser(delivery?.content ?? '');
  t.deepEqual([letter.to].flat()[0]?.value, [{ name: '佐藤花子', address: 'hanako@example.net' }]);
  const rooms = JSON.parse((await run('room', 'show', 'a', '--json')).stdout);
  t.true(letter.text?.includes(rooms.applicantUrl));
  t.like(rooms.links[1], { email: 'hanako@example.net' });
  t.regex(rooms.links[1].invitedAt, /^20/);
  t.regex(
    (await run('room', 'show', 'a')).stdout,
    /Applicant link for 佐藤花子 \(hanako@example\.net, invited 20[\d/]+ [\d:]+\):\n/,
  );
  t.deepEqual(newMail(), ['hanako@example.net', 'jiro@example.net', 'shiro@example.net']);

  // Mended, in the room and in the list, the rest is reached; a changed room is told anew, one that says the same is not.
  t.is((await run('room', 'email', 'b', '鈴木一郎', '一郎 <ichiro@example.net>')).code, 0);
  const list = await readFile(file, 'utf8');
  await writeFile(
    file,
    list.replace('@example.org', '@example.net').replace('三郎,', '三郎,saburo@example.net'),
  );
  t.is((await run('room', 'update', 'd', '--duration', '90m')).code, 0);
  t.is((await run('room', 'update', 'a', '--note', 'x')).code, 0);
  const second = await invite('--csv');
  t.deepEqual(
    [second.code, second.stderr],
    [0, 'webinterview: note: Invitations: 3 sent, 2 already sent.\n'],
  );
  t.deepEqual(
    reportOf(second.stdout).map((line) => [line.room, line.applicant, line.email, line.result, line.why]),
    [
      ['a', '佐藤花子', 'hanako@example.net', 'already sent', ''],
      ['b', '鈴木一郎', 'ichiro@example.net', 'sent', ''],
      ['b', '高橋次郎', 'jiro@example.net', 'already sent', ''],
      ['c', '田中三郎', 'saburo@example.net', 'sent', ''],
      ['d', '', 'shiro@example.net', 'sent', ''],
    ].sort((x, y) => (x[0] === y[0] ? 0 : String(x[0]).localeCompare(String(y[0])))),
  );
  t.regex(reportOf(second.stdout)[1]?.['message-id'] ?? '', /^<\S+@example\.com>$/);
  t.deepEqual(newMail(), ['ichiro@example.net', 'saburo@example.net', 'shiro@example.net']);
  // The address that the list alone had is stored by now.
  t.is(JSON.parse((await run('room', 'show', 'c', '--json')).stdout).links[1].email, 'saburo@example.net');

  // The list of the rooms does it as well, by their ids.
  t.is((await run('room', 'update', 'c', '--name', 'renamed')).code, 0);
  await writeFile(file, (await run('room', 'list', '--csv')).stdout);
  t.is((await invite()).stdout, 'Invitations: 1 sent, 4 already sent.\n');
  t.deepEqual(newMail(), ['saburo@example.net']);
  t.is((await invite('--again')).stdout, 'Invitations: 5 sent.\n');
  t.is(newMail().length, 5);

  const store = await testStore(t, config);
  const audit = await collect(store.audit.entries());
  const sent = audit.filter(({ action }) => action === 'invitation.sent');
  t.is(sent.length, 12);
  t.true(sent.every(({ subject, roomId, actor }) => subject && roomId && actor.startsWith('cli:')));
  t.false(JSON.stringify(audit).includes('@'));
});

onBothDatabases('a cancellation reaches those who were invited, once', async (t, url) => {
  const { file, run, invite, newMail } = await world(t, url, [
    `a,${at},佐藤花子,hanako@example.net`,
    `b,${at},鈴木一郎,ichiro@example.net`,
    `c,${at},高橋次郎,jiro@example.net`,
  ]);
  t.is((await run('invite', 'a', '--smtp')).code, 0);
  t.is((await run('invite', 'b', '--smtp', '--to', 'other@example.net')).code, 0);
  t.deepEqual(newMail(), ['hanako@example.net', 'other@example.net']);
  // That one went to somebody else, and the applicant knows nothing of it.
  t.is((await run('room', 'close', 'a')).code, 0);
  const first = await invite('--cancel');
  t.deepEqual(first, { code: 0, stdout: 'Cancellations: 1 sent, 2 not invited.\n', stderr: '' });
  t.deepEqual(newMail(), ['hanako@example.net']);
  t.is((await invite('--cancel')).stdout, 'Cancellations: 1 cancelled, 2 not invited.\n');
  t.deepEqual(newMail(), []);
  // Whoever is invited again has it again.
  t.is((await run('room', 'reopen', 'a')).code, 0);
  t.is((await run('invite', 'a', '--smtp', '--again')).code, 0);
  newMail();
  t.is((await run('room', 'revoke', 'b', 'applicant')).code, 0);
  const json = JSON.parse((await invite('--json')).stdout);
  t.deepEqual(
    json.invitations.map(({ room, result }: Record<string, string>) => `${room} ${result}`),
    ['a already sent', 'b revoked', 'c sent'],
  );
  t.is(newMail().length, 1);
  // Of a cancellation that was only written nobody knows that it was sent; at another address they are told as well.
  t.is((await run('invite', 'a', '--cancel')).code, 0);
  t.is((await run('room', 'email', 'c', '高橋次郎', 'j@example.net')).code, 0);
  await writeFile(file, (await readFile(file, 'utf8')).replace('jiro@', 'j@'));
  t.is((await invite('--cancel')).stdout, 'Cancellations: 2 sent, 1 not invited.\n');
  t.deepEqual(newMail(), ['hanako@example.net', 'j@example.net']);
  // One that was sent needs no other; without an address nobody can be told.
  t.is((await invite('--reinvite')).code, 0);
  newMail();
  t.is((await run('invite', 'a', '--cancel', '--smtp')).code, 0);
  t.is((await run('room', 'email', 'c', '高橋次郎', '')).code, 0);
  newMail();
  t.is((await invite('--cancel')).stdout, 'Cancellations: 1 cancelled, 2 not invited.\n');
});

test('a mail server that dies in the middle: who was reached is known, and the next run goes on', async (t) => {
  const lines = Array.from({ length: 8 }, (_, i) => `r${i},${at},佐藤,a${i}@example.net`);
  let taken = 0;
  let isDown = false;
  const { mail, invite, newMail } = await world(t, undefined, lines, {
    onConnect(_session, done) {
      if (isDown) done(Object.assign(new Error('closed for today'), { responseCode: 421 }));
      else done();
    },
    onMailFrom(_address, _session, done) {
      if (++taken !== 4) return done();
      // In the middle of the fourth.
      isDown = true;
      mail.hangUp();
    },
  });
  const broken = await invite();
  t.is(broken.code, 1);
  t.regex(broken.stdout, /^r3, 佐藤 <a3@example\.net>: The mail server /);
  t.regex(broken.stdout, /\nr4, 佐藤 <a4@example\.net>: The mail server .*421/);
  t.regex(broken.stdout, /\n3 were not tried after that: The mail server [^\n]*\n/);
  t.regex(broken.stdout, /\nInvitations: 3 sent, 2 failed, 3 not tried\.\n$/);
  t.is(newMail().length, 3);
  isDown = false;
  t.is((await invite()).stdout, 'Invitations: 5 sent, 3 already sent.\n');
  t.deepEqual(
    newMail(),
    ['a3', 'a4', 'a5', 'a6', 'a7'].map((name) => `${name}@example.net`),
  );
});

test('a sender that the mail server refuses is not tried for everyone', async (t) => {
  let tried = 0;
  const lines = Array.from({ length: 5 }, (_, i) => `r${i},${at},佐藤,a${i}@example.net`);
  const { invite } = await world(t, undefined, lines, {
    onMailFrom(_address, _session, done) {
      tried++;
      done(Object.assign(new Error('not from there'), { responseCode: 550 }));
    },
  });
  const { code, stdout } = await invite();
  t.is(code, 1);
  t.regex(stdout, /\n3 were not tried after that: The mail server \S+ refused the sender /);
  t.regex(stdout, /\nInvitations: 2 failed, 3 not tried\.\n$/);
  t.is(tried, 2);
});

test('what the list has wrong is told before anybody is written to, each line with its reason', async (t) => {
  const { file, invite, newMail } = await world(t, undefined, [`a,${at},佐藤花子,hanako@example.net`]);
  const list = await readFile(file, 'utf8');
  const wrong = [`b,${at},鈴木;高橋,s@example.net`, `c,${at},田中,saburo`, `,${at},,d@example.net`, 'e,f'];
  await writeFile(file, [list, ...wrong].join('\n'));
  t.deepEqual(await invite(), {
    code: 2,
    stdout: '',
    stderr: [
      `webinterview: 4 of 5 rows of ${file} are wrong, so nobody was written to:`,
      '  line 3: There is 1 mail address for 2 applicants: give one for each in the same order, an empty one where none is known.',
      '  line 4: "saburo" is not a mail address: expected e.g. hanako@example.com.',
      '  line 5: the name is missing.',
      '  line 6: it has 2 cells and the heading 5: put a text with a comma in it into "quotes".\n',
    ].join('\n'),
  });
  t.deepEqual(newMail(), []);
  // A room that is gone is no fault of the list: the others are invited.
  await writeFile(file, `${list}\ngone,${at},佐藤花子,hanako@example.net\na,${at},佐藤花子,\n`);
  const { code, stdout } = await invite();
  t.is(code, 1);
  t.is(
    stdout,
    'gone, 佐藤花子 <hanako@example.net>: there is no such room\nInvitations: 1 sent, 1 failed.\n',
  );
});

test('after --again nobody who was reached is to be written to twice', async (t) => {
  const { invite, newMail } = await world(t, undefined, [
    `a,${at},佐藤花子;鈴木一郎,hanako@example.net;ichiro@example.org`,
  ]);
  const { code, stderr } = await invite('--again');
  t.is(code, 1);
  t.is(
    stderr,
    'webinterview: note: with --again everyone would be written to once more: write to those alone who were not reached, one by one (webinterview invite ROOM --applicant NAME --smtp).\n',
  );
  t.deepEqual(newMail(), ['hanako@example.net']);
});

test('what keeps everyone from being invited is one line, and sends nothing', async (t) => {
  const { config, file, mail, newMail } = await world(t, undefined, [`a,${at},佐藤花子,hanako@example.net`]);
  const usual = smtpAt(mail.port);
  const cases: [string[], NodeJS.ProcessEnv, number, RegExp][] = [
    [
      ['--smtp'],
      { WEBINTERVIEW_HTTP_PUBLIC_URL: '' },
      1,
      /Each link begins with http:\/\/localhost:3000, which nobody else/,
    ],
    [['--smtp'], { WEBINTERVIEW_MAIL_SMTP_URL: '' }, 1, /set mail\.smtpUrl/],
    [['--smtp'], { WEBINTERVIEW_MAIL_FROM: '' }, 1, /set mail\.from/],
    [[], {}, 2, /say --smtp too/],
    [['--smtp', '--to', 'a@b.c'], {}, 2, /'--from-csv <file>' cannot be used with option '--to/],
    [['--smtp', 'a'], {}, 2, /Give one room, or --from-csv with a list of them/],
  ];
  for (const [args, env, expected, message] of cases) {
    const { code, stdout, stderr } = await cli(config, ['invite', '--from-csv', file, ...args], {
      ...usual,
      ...env,
    });
    t.deepEqual([code, stdout], [expected, ''], stderr);
    t.regex(stderr, message);
    t.is(stderr.trimEnd().split('\n').length, 1);
  }
  const alone: [string[], RegExp][] = [
    [[], /Give one room, or --from-csv/],
    [['a', '--reinvite'], /--reinvite is for --from-csv/],
    [['a', '--again'], /--again is for --smtp/],
    [['a', '--dry-run'], /--dry-run is for --smtp/],
    [['a', '--csv'], /--csv is for --from-csv/],
  ];
  for (const [args, message] of alone) {
    const { code, stderr } = await cli(config, ['invite', ...args], usual);
    t.is(code, 2);
    t.regex(stderr, message);
  }
  t.deepEqual(newMail(), []);
});

test('a terminal says how many are going to be written to, and asks', async (t) => {
  const { config, file, mail, run, invite, newMail } = await world(t, undefined, [
    `a,${at},佐藤花子,hanako@example.net`,
    `b,${at},鈴木一郎,`,
  ]);
  const { folder, env } = await shellHome(t);
  const settings = { ...env, ...smtpAt(mail.port), WEBINTERVIEW_DATA_DIR: config.dataDir };
  const ask = () =>
    openTerminal(t, { folder, env: settings }, [
      process.execPath,
      executable,
      'invite',
      '--from-csv',
      file,
      '--smtp',
    ]);
  const refused = ask();
  const asked = await refused.shows(/Go on\? \[y\/N\]/);
  t.regex(
    asked.replaceAll('\n', ' '),
    /This sends 1 invitation from saiyo@example\.com by 127\.0\.0\.1:\d+\. +1 cannot be +sent, as the report will say\./,
  );
  refused.type('n\r');
  await refused.shows(/Cancelled: nothing was changed\./);
  t.deepEqual(newMail(), []);
  const accepted = ask();
  await accepted.shows(/Go on\? \[y\/N\]/);
  accepted.type('y\r');
  await accepted.shows(/Invitations: 1 sent, 1 failed\./);
  t.regex(accepted.written(), /1 of 1 invitations/);
  t.deepEqual(newMail(), ['hanako@example.net']);
  // While one administrator is asked, another writes to everyone: nobody gets it twice.
  t.is((await run('room', 'update', 'a', '--duration', '90m')).code, 0);
  const slow = ask();
  await slow.shows(/Go on\? \[y\/N\]/);
  t.regex((await invite()).stdout, /\nInvitations: 1 sent, 1 failed\.\n$/);
  slow.type('y\r');
  await slow.shows(/Invitations: 1 already sent, 1 failed\./);
  t.deepEqual(newMail(), ['hanako@example.net']);
});
