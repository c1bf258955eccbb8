/** What became of an invitation: cancelled, moved, begun and broken off, closed; by a real mail server. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { simpleParser } from 'mailparser';
import { interview, startApiServer } from '../helpers/api.ts';
import { cli, cliFed, cliStopped, executable } from '../helpers/cli.ts';
import { onBothDatabases } from '../helpers/databases.ts';
import { at, reportOf, smtpAt, world } from '../helpers/invite-list.ts';
import { openTerminal, shellHome } from '../helpers/shell.ts';
import { startMailServer } from '../helpers/smtp.ts';
import { testStore } from '../helpers/store.ts';
import { until } from '../helpers/until.ts';

const hanako = `a,${at},佐藤花子,hanako@example.net`;
const note = (text: string) => `webinterview: note: ${text}\n`;
const reinviteNote = note('whoever was told that it is cancelled is invited again with --reinvite alone.');

onBothDatabases('who was cancelled is invited by no list, until that is meant', async (t, url) => {
  const { run, invite, newMail } = await world(t, url, [hanako, `b,${at},鈴木一郎,ichiro@example.net`]);
  t.is((await invite()).code, 0);
  t.is((await run('invite', 'a', '--cancel', '--smtp')).code, 0);
  newMail();
  // Closed afterwards, it is amiss with nothing.
  t.is((await run('room', 'close', 'a')).code, 0);
  const skipped = { code: 0, stdout: 'Invitations: 1 already sent, 1 cancelled.\n', stderr: reinviteNote };
  t.deepEqual(await invite(), skipped);
  t.is((await run('room', 'reopen', 'a')).code, 0);
  t.deepEqual(await invite(), skipped);
  // Of all who are written to once more they are none.
  t.is((await invite('--again')).stdout, 'Invitations: 1 sent, 1 cancelled.\n');
  t.deepEqual(newMail(), ['ichiro@example.net']);
  // It is shown, and told to programs.
  t.regex(
    (await run('room', 'show', 'a')).stdout,
    /佐藤花子 \(hanako@example\.net, cancelled 20[\d/]+ [\d:]+\):\n/,
  );
  const { links } = JSON.parse((await run('room', 'show', 'a', '--json')).stdout);
  t.like(links[1], { invitedAt: null });
  t.regex(links[1].cancelledAt, /^20/);
  t.regex((await run('room', 'list')).stdout, /^a +upcoming .* +1 cancelled$/m);
  const listed = reportOf((await run('room', 'list', '--csv')).stdout);
  const [first, second] = ['a', 'b'].map((room) => listed.find(({ name }) => name === room));
  t.regex(first?.cancelled ?? '', /^20/);
  t.regex(second?.invited ?? '', /^20/);
  t.deepEqual([first?.invited, second?.cancelled], ['', '']);
  // Meant, they are invited as at first.
  t.is((await invite('--reinvite')).stdout, 'Invitations: 1 sent, 1 already sent.\n');
  t.deepEqual(newMail(), ['hanako@example.net']);
  t.regex((await run('room', 'show', 'a')).stdout, /hanako@example\.net, invited 20/);
});

onBothDatabases(
  'a list passes over closed rooms with a line, and one room that is closed is refused',
  async (t, url) => {
    const { run, invite, newMail } = await world(t, url, [hanako, `b,${at},鈴木一郎,ichiro@example.net`]);
    t.is((await run('room', 'close', 'a')).code, 0);
    t.deepEqual(await invite(), {
      code: 0,
      stdout:
        'a, 佐藤花子 <hanako@example.net>: the room is closed: reopen it first (webinterview room reopen)\nInvitations: 1 sent, 1 closed.\n',
      stderr: '',
    });
    t.deepEqual(await run('invite', 'a', '--smtp'), {
      code: 1,
      stdout: '',
      stderr:
        'webinterview: The room a is closed, and nobody can enter it: reopen it first (webinterview room reopen a).\n',
    });
    t.deepEqual(newMail(), ['ichiro@example.net']);
  },
);

test('one invitation, or cancellation, is sent once, unless it is meant', async (t) => {
  const { config, mail, run, newMail } = await world(t, undefined, [`a,${at},佐藤花子,`]);
  const invite = (...args: string[]) => run('invite', 'a', '--smtp', ...args);
  // The first address that is written to is the applicant's from then on.
  t.is((await invite('--to', 'hanako@example.net')).code, 0);
  t.like(JSON.parse((await run('room', 'show', 'a', '--json')).stdout).links[1], {
    email: 'hanako@example.net',
  });
  const again = await invite();
  t.deepEqual([again.code, again.stdout], [2, '']);
  t.regex(
    again.stderr,
    /^webinterview: 佐藤花子 was sent this invitation already, 20[\d/]+ [\d:]+ \(Asia\/Tokyo\)\. This writes to them once more\. To do it, say --yes; see webinterview invite --help\.\n$/,
  );
  t.is((await invite('--json')).code, 2);
  t.deepEqual(newMail(), ['hanako@example.net']);
  t.is((await invite('--again')).code, 0);
  t.is((await invite('--yes')).code, 0);
  t.is(newMail().length, 2);
  // What says something else needs no question.
  t.is((await run('room', 'update', 'a', '--duration', '90m')).code, 0);
  t.is((await invite()).code, 0);
  t.is((await invite('--cancel')).code, 0);
  t.is(newMail().length, 2);
  for (const args of [['--cancel'], []]) {
    const { code, stderr } = await invite(...args);
    t.is(code, 2);
    t.regex(stderr, /佐藤花子 was told 20[\d/]+ [\d:]+ \(Asia\/Tokyo\) that the interview is cancelled\. /);
  }
  t.deepEqual(newMail(), []);
  // Another address is a mail of its own, and says what stays stored.
  const other = await invite('--to', 'other@example.net');
  t.is(other.code, 0);
  t.regex(
    other.stderr,
    /note: hanako@example\.net stays stored, .*webinterview room email a '佐藤花子' ADDRESS\n$/,
  );
  t.deepEqual(newMail(), ['other@example.net']);
  // A terminal asks.
  const { folder, env } = await shellHome(t);
  const settings = { ...env, ...smtpAt(mail.port), WEBINTERVIEW_DATA_DIR: config.dataDir };
  const terminal = openTerminal(t, { folder, env: settings }, [
    process.execPath,
    executable,
    'invite',
    'a',
    '--smtp',
  ]);
  await terminal.shows(
    /that the interview is cancelled\.\s+This writes to them once more\.\s+Go on\? \[y\/N\]/,
  );
  terminal.type('y\r');
  await terminal.shows(/Sent to hanako@example\.net/);
  t.deepEqual(newMail(), ['hanako@example.net']);
});

test('a dry run says to whom, what, and who not, and leaves everything as it is', async (t) => {
  const lines = [hanako, `b,${at},鈴木一郎,`, `c,${at},高橋次郎,jiro@example.net`];
  const { run, invite, newMail } = await world(t, undefined, lines);
  t.is((await run('invite', 'c', '--smtp')).code, 0);
  newMail();
  const before = (await run('room', 'list', '--json')).stdout;
  const subject = '【株式会社サンプル 採用担当】Web面接のご案内（4月1日（水）10:00）';
  t.deepEqual(await invite('--dry-run'), {
    code: 1,
    stdout: [
      `a, 佐藤花子 <hanako@example.net>: ${subject}`,
      'b, 鈴木一郎: failed, no mail address is known: store it (webinterview room email), or write it into the list',
      'c, 高橋次郎 <jiro@example.net>: already sent',
      'Invitations: 1 due, 1 already sent, 1 failed. This was a dry run: nothing was sent.\n',
    ].join('\n'),
    stderr: '',
  });
  const json = JSON.parse((await invite('--dry-run', '--json')).stdout);
  t.true(json.dryRun);
  t.like(json.invitations[0], { result: 'due', subject, messageId: null });
  t.deepEqual(await run('invite', 'a', '--smtp', '--dry-run'), {
    code: 0,
    stdout: `To hanako@example.net: ${subject}\nThis was a dry run: nothing was sent.\n`,
    stderr: '',
  });
  const sent = await run('invite', 'c', '--smtp', '--dry-run');
  t.regex(sent.stdout, /\n高橋次郎 was sent this invitation already, .* say --again\.\nThis was a dry run/);
  t.is((await run('invite', 'c', '--cancel', '--smtp', '--dry-run')).code, 0);
  t.is((await invite('--cancel', '--dry-run')).code, 0);
  t.deepEqual(newMail(), []);
  t.is((await run('room', 'list', '--json')).stdout, before);
});

onBothDatabases('a moved interview keeps its length, and its mail says when it was to be', async (t, url) => {
  const { mail, run, invite } = await world(t, url, [hanako]);
  t.is((await invite()).code, 0);
  const moved = await run('room', 'update', 'a', '--from', '2099-04-02 14:00');
  t.regex(moved.stdout, /^Room a, 2099\/4\/2 14:00 - 15:00 \(1 h\), Asia\/Tokyo\n/);
  t.is(
    moved.stderr,
    note(
      "佐藤花子 was invited to the time before, and is told by webinterview invite a --applicant '佐藤花子' --smtp",
    ),
  );
  t.is((await invite()).stdout, 'Invitations: 1 sent.\n');
  const letter = await simpleParser(mail.deliveries.at(-1)?.content ?? '');
  t.is(letter.subject, '【株式会社サンプル 採用担当】Web面接の日時変更のご案内（4月2日（木）14:00）');
  t.regex(
    letter.text ?? '',
    /■ 変更後の日時\n2099年4月2日（木）14:00〜15:00.*\n\n■ 変更前の日時\n2099年4月1日（水）10:00〜11:00/,
  );
  // In the calendar it is the same appointment, under its own name.
  const [calendar] = letter.attachments;
  t.regex(String(calendar?.content), /SUMMARY:【株式会社サンプル 採用担当】Web面接のご案内/);
  // It was told once, and is no news any more.
  t.is((await invite('--again')).stdout, 'Invitations: 1 sent.\n');
  const later = await simpleParser(mail.deliveries.at(-1)?.content ?? '');
  t.false(later.text?.includes('変更'));
  // Cancelled after it was moved again, the time is the one that they know.
  t.is((await run('room', 'update', 'a', '--from', '2099-04-03 09:00')).code, 0);
  t.is((await run('invite', 'a', '--cancel', '--smtp', '--language', 'en')).code, 0);
  const cancelled = await simpleParser(mail.deliveries.at(-1)?.content ?? '');
  t.regex(cancelled.text ?? '', /Thursday, 2 April 2099, 14:00 – 15:00/);
});

onBothDatabases('of two who write at the same moment one does', async (t, url) => {
  let letGo: (() => void) | null = null;
  const lines = [hanako];
  const { run, invite, newMail } = await world(t, url, lines, {
    onMailFrom(_address, _session, done) {
      if (letGo) return done();
      letGo = () => done();
    },
  });
  const first = invite();
  await until('the first mail is on its way', () => letGo !== null);
  const second = await invite();
  t.is(second.code, 1);
  t.regex(
    second.stdout,
    /^a, 佐藤花子 <hanako@example\.net>: a mail to them was begun 20[\d/]+ [\d:]+ and may be on its way yet: look again 10 minutes after that\nInvitations: 1 unclear\.\n$/,
  );
  const again = await run('invite', 'a', '--smtp', '--again');
  t.is(again.code, 1);
  t.regex(again.stderr, /may be on its way yet/);
  (letGo as unknown as () => void)();
  t.is((await first).stdout, 'Invitations: 1 sent.\n');
  t.deepEqual(newMail(), ['hanako@example.net']);
  t.is((await invite()).stdout, 'Invitations: 1 already sent.\n');
});

test('who died in the middle of a mail leaves it unclear, and nobody writes on a guess', async (t) => {
  let isBegun = false;
  const { config, file, mail, run, invite, newMail } = await world(t, undefined, [hanako], {
    onMailFrom: (_address, _session, done) => {
      if (isBegun) done();
      isBegun = true;
    },
  });
  await cliStopped(config, ['invite', '--from-csv', file, '--smtp'], {
    signal: 'SIGKILL',
    when: async () => isBegun,
    env: smtpAt(mail.port),
  });
  t.regex((await invite()).stdout, /may be on its way yet.*\nInvitations: 1 unclear\./);
  // Ten minutes later.
  const store = await testStore(t, config);
  const room = await store.rooms.find('a');
  const [, link] = await store.rooms.links(room?.id ?? '');
  const claimed = link && (await store.invitations.claim(link, new Date(Date.now() - 11 * 60_000)));
  t.truthy(claimed);
  const unclear = await invite();
  t.is(unclear.code, 1);
  t.regex(
    unclear.stdout,
    /was begun 20[\d/]+ [\d:]+ and broken off, so it may have gone out: ask them, or send it once more \(webinterview invite ROOM --applicant NAME --smtp --again\)\n/,
  );
  t.is((await run('invite', 'a', '--smtp')).code, 2);
  t.deepEqual(newMail(), []);
  t.is((await run('invite', 'a', '--smtp', '--again')).code, 0);
  t.is((await invite()).stdout, 'Invitations: 1 already sent.\n');
  t.deepEqual(newMail(), ['hanako@example.net']);
});

test('a mail that was refused leaves no claim', async (t) => {
  const { run, invite } = await world(t, undefined, [`a,${at},佐藤花子,hanako@example.org`]);
  for (const [args, message] of [
    [['invite', 'a', '--smtp'], /refused the recipient/],
    [['invite', 'a', '--smtp'], /refused the recipient/],
  ] as const)
    t.regex((await run(...args)).stderr, message);
  t.regex((await invite()).stdout, /refused the recipient.*\nInvitations: 1 failed\./);
});

test('whoever takes a room away is told how its applicants hear of it', async (t) => {
  const lines = [hanako, `b,${at},鈴木一郎;高橋次郎,ichiro@example.net;jiro@example.net`];
  const { run, invite } = await world(t, undefined, lines);
  t.is((await invite()).code, 0);
  const told = (name: string, room = 'b') =>
    `${name} was sent an invitation: webinterview invite ${room} --applicant '${name}' --cancel --smtp`;
  t.is((await run('room', 'revoke', 'b', '鈴木一郎')).stderr, note(told('鈴木一郎')));
  t.is((await run('room', 'close', 'b')).stderr, note(told('鈴木一郎')) + note(told('高橋次郎')));
  t.true((await run('room', 'delete', 'b')).stderr.includes(`${told('鈴木一郎')}; ${told('高橋次郎')}.`));
  const erased = await run('erase', '--room', 'a', '--applicant', '佐藤花子');
  t.true(
    erased.stderr.includes(
      "They were sent an invitation, and cannot be told afterwards that it is cancelled: if it is, say so first (webinterview invite a --applicant '佐藤花子' --cancel --smtp).",
    ),
    erased.stderr,
  );
  t.regex(erased.stderr, /\(1 link, 1 mail address, 0 stays, 0 messages and 0 files\)/);
  // Told, they are named no more.
  t.is((await run('invite', 'b', '--applicant', '鈴木一郎', '--cancel', '--smtp')).code, 0);
  t.is((await run('room', 'close', 'b')).stderr, note(told('高橋次郎')));
});

onBothDatabases('a room whose only applicant was erased keeps no list from being whole', async (t, url) => {
  const { file, run, invite, newMail } = await world(t, url, [hanako, `b,${at},,shiro@example.net`]);
  t.is((await run('erase', '--yes', '--room', 'a', '--applicant', '佐藤花子')).code, 0);
  const list = await readFile(file, 'utf8');
  await writeFile(file, (await run('room', 'list', '--csv')).stdout);
  t.deepEqual(await invite(), { code: 0, stdout: 'Invitations: 1 sent, 1 not invited.\n', stderr: '' });
  // A list of before names them, and brings neither name nor address back.
  await writeFile(file, list);
  t.regex(
    (await invite()).stdout,
    /^a, 佐藤花子 <hanako@example\.net>: .*somebody was erased from it: take them out of the list\n/,
  );
  await writeFile(file, list.replace('佐藤花子', ''));
  t.is((await invite()).stdout, 'Invitations: 1 already sent, 1 not invited.\n');
  t.deepEqual(newMail(), ['shiro@example.net']);
  t.is(JSON.parse((await run('room', 'show', 'a', '--json')).stdout).links[1].email, null);
});

test('an invitation that went to an address of before is told as such', async (t) => {
  const { run, invite } = await world(t, undefined, [hanako]);
  t.is((await invite()).code, 0);
  t.is((await run('room', 'email', 'a', 'applicant', 'h@example.net')).code, 0);
  t.regex(
    (await run('room', 'show', 'a')).stdout,
    /\(h@example\.net, invited 20[\d/]+ [\d:]+ at another address\):/,
  );
  t.like(JSON.parse((await run('room', 'show', 'a', '--json')).stdout).links[1], { invitedElsewhere: true });
});

test('the API tells whether somebody is invited or cancelled, and moves an interview as a whole', async (t) => {
  const { ask, server } = await startApiServer(t, { 'http.publicUrl': null });
  const mail = await startMailServer(t);
  const body = { ...interview('a'), emails: ['hanako@example.net'] };
  const { json } = await ask('POST', '/rooms', { body });
  const link = async () => (await ask('GET', `/rooms/${json.id}/links`)).json.items[1];
  t.like(await link(), { invitedAt: null, invitedElsewhere: false, cancelledAt: null });
  const run = (...args: string[]) =>
    cli(server.config, ['invite', 'a', '--smtp', ...args], smtpAt(mail.port));
  const sent = await run();
  t.is(sent.code, 0, sent.stderr);
  t.regex((await link()).invitedAt, /^20/);
  t.is((await run('--cancel')).code, 0);
  t.regex((await link()).cancelledAt, /^20/);
  t.is((await link()).invitedAt, null);
  const lengthOf = (room: { from: string; until: string }) => Date.parse(room.until) - Date.parse(room.from);
  const moved = await ask('PATCH', `/rooms/${json.id}`, {
    body: { from: '2099-05-01T01:00:00.000Z' },
    headers: { 'If-Match': '*' },
  });
  t.is(moved.status, 200);
  t.is(moved.json.from, '2099-05-01T01:00:00.000Z');
  t.is(lengthOf(moved.json), lengthOf(json));
});

test('a list may come through a pipe', async (t) => {
  const { config, file, mail, newMail } = await world(t, undefined, [hanako]);
  const env = smtpAt(mail.port);
  const args = ['invite', '--from-csv', '-', '--smtp'];
  const fed = await cliFed(config, args, { file, env });
  t.deepEqual(fed, { code: 0, stdout: 'Invitations: 1 sent.\n', stderr: '' });
  t.deepEqual(newMail(), ['hanako@example.net']);
  const other = join(config.dataDir, 'other.csv');
  await writeFile(other, ' Name , E-Mail,Camera\nb, shiro＠ｅｘａｍｐｌｅ．ｎｅｔ ,TRUE\n');
  const wrong = await cliFed(config, ['room', 'create', '--from-csv', '-'], { file: other, env });
  t.is(wrong.code, 2);
  t.regex(
    wrong.stderr,
    /^webinterview: the standard input has a column e-mail that is not known \(did you mean email\?\): /i,
  );
  await writeFile(other, (await readFile(other, 'utf8')).replace('E-Mail', '  EMAIL'));
  const made = await cliFed(config, ['room', 'create', '--from-csv', '-', '--json'], { file: other, env });
  t.is(made.code, 0, made.stderr);
  const [room] = JSON.parse(made.stdout).rooms;
  t.is(room.entry.camera, true);
  t.is(room.links[1].email, 'shiro@example.net');
});
