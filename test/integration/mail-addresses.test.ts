/** Where applicants are written to, as the API and the commands take it and tell it; on both databases. */
import type { ExecutionContext } from 'ava';
import { type ApiClient, interview, newKey, startApiServer } from '../helpers/api.ts';
import { cli } from '../helpers/cli.ts';
import { onBothDatabases } from '../helpers/databases.ts';
import { publicUrl, sender } from '../helpers/invite.ts';
import { collect, testConfig } from '../helpers/store.ts';

const withMail = { ...publicUrl, ...sender, WEBINTERVIEW_MAIL_SMTP_URL: 'smtp://127.0.0.1:1' };

const on = (title: string, work: (t: ExecutionContext, api: ApiClient) => Promise<void>) =>
  onBothDatabases(title, async (t, url) =>
    work(t, await startApiServer(t, { 'database.url': url, 'http.publicUrl': null })),
  );

on(
  'an applicant’s mail address is kept, changed, and told to those who see links',
  async (t, { ask, server }) => {
    const EMAIL = 'hanako@example.net';
    const booked = await ask('POST', '/rooms', {
      body: { ...interview('a'), applicants: ['佐藤花子', '鈴木一郎'], emails: [EMAIL, null] },
    });
    t.is(booked.status, 201);
    const emails = (links: { email: string | null }[]) => links.map(({ email }) => email);
    t.deepEqual(emails(booked.json.links), [null, EMAIL, null]);
    const path = `/rooms/${booked.json.id}`;
    const added = await ask('POST', `${path}/links`, {
      body: { applicant: '高橋次郎', email: '高橋 <jiro@example.net>' },
    });
    t.like(added.json, { applicant: '高橋次郎', email: 'jiro@example.net', invitedAt: null });
    const link = `${path}/links/${added.json.id}`;
    t.is((await ask('PATCH', link, { body: { email: 'j@example.net' } })).json.email, 'j@example.net');
    const listed = await ask('GET', `${path}/links`);
    t.deepEqual(emails(listed.json.items), [null, EMAIL, null, 'j@example.net']);
    t.is((await ask('PATCH', link, { body: { email: null } })).json.email, null);
    // A key that sees no links sees no addresses, in no answer and in no download.
    const { key } = await newKey(server, ['rooms:read', 'records:read']);
    for (const url of [
      '/rooms',
      path,
      `${path}/exports/room`,
      `${path}/exports/audit`,
      `${path}/exports/participants`,
    ]) {
      const { status, text } = await ask('GET', url, { key });
      t.is(status, 200, url);
      t.false(text.includes('example.net'), url);
    }
    t.is((await ask('PATCH', link, { body: { email: 'x@example.net' }, key })).status, 403);
    // What cannot be.
    const [interviewer] = listed.json.items;
    const refused: [string, string, unknown, RegExp][] = [
      [
        'POST',
        '/rooms',
        { ...interview('b'), applicants: ['一', '二'], emails: ['a@x.jp'] },
        /1 mail address for 2/,
      ],
      ['POST', '/rooms', { ...interview('b'), emails: ['nobody'] }, /"nobody" is not a mail address/],
      ['POST', `${path}/links`, { applicant: '田中', email: 'nobody' }, /is not a mail address/],
      ['PATCH', `${path}/links/${interviewer.id}`, { email: 'a@x.jp' }, /Only applicants’ links/],
    ];
    for (const [method, url, body, detail] of refused) {
      const { status, json } = await ask(method, url, { body });
      t.is(status, 422);
      t.regex(json.detail, detail);
    }
    const audit = await collect(server.store.audit.entries());
    t.is(audit.filter(({ action }) => action === 'link.updated').length, 2);
    t.false(JSON.stringify(audit).includes('@'));
  },
);

onBothDatabases('an address comes with the room, with its applicant, or afterwards', async (t, url) => {
  const config = await testConfig(t, url);
  const run = (...args: string[]) => cli(config, args, publicUrl);
  const emails = async () => {
    const { links } = JSON.parse((await run('room', 'show', 'a', '--json')).stdout);
    return links.map(({ name, email }: Record<string, string>) => `${name}: ${email}`);
  };
  const names = ['--applicant', '佐藤花子', '鈴木一郎', '高橋次郎'];
  const few = await run('room', 'create', '--name', 'a', ...names, '--email', 'hanako@example.net');
  t.is(few.code, 2);
  t.regex(few.stderr, /There is 1 mail address for 3 applicants: /);
  const made = await run(
    'room',
    'create',
    '--name',
    'a',
    ...names,
    '--email',
    'hanako@example.net',
    '',
    'j@x.jp',
  );
  t.is(made.code, 0, made.stderr);
  t.regex(made.stdout, /\nApplicant link for 佐藤花子 \(hanako@example\.net\):\nhttps:/);
  t.regex(made.stdout, /\nApplicant link for 鈴木一郎:\nhttps:/);
  t.is((await run('room', 'applicant', 'a', '田中三郎', '--email', 'saburo@example.net')).code, 0);
  t.deepEqual(await run('room', 'email', 'a', '鈴木一郎', 'ichiro@example.net'), {
    code: 0,
    stdout: 'Applicant link for 鈴木一郎 of a: ichiro@example.net\n',
    stderr: '',
  });
  t.is(
    (await run('room', 'email', 'a', '高橋次郎', '')).stdout,
    'Applicant link for 高橋次郎 of a: no mail address\n',
  );
  t.deepEqual((await emails()).sort(), [
    ': null',
    '佐藤花子: hanako@example.net',
    '田中三郎: saburo@example.net',
    '鈴木一郎: ichiro@example.net',
    '高橋次郎: null',
  ]);
  for (const [link, email, message] of [
    ['佐藤花子', 'nobody', /"nobody" is not a mail address/],
    ['interviewer', 'a@x.jp', /Only applicants’ links have a mail address/],
  ] as const) {
    const { code, stderr } = await run('room', 'email', 'a', link, email);
    t.is(code, 2);
    t.regex(stderr, message);
  }
  const unknown = await run('invite', 'a', '--applicant', '高橋次郎');
  t.is(unknown.code, 0, unknown.stderr);
  const sent = await cli(config, ['invite', 'a', '--applicant', '高橋次郎', '--smtp'], withMail);
  t.is(sent.code, 2);
  t.regex(
    sent.stderr,
    /--smtp needs --to: no mail address of 高橋次郎 is stored in a \(webinterview room email/,
  );
  // The stored one is in what is written to a file as well.
  const letter = await cli(config, ['invite', 'a', '--applicant', '佐藤花子', '--format', 'eml'], withMail);
  t.regex(letter.stdout, /^To: .*<hanako@example\.net>/m);
});
