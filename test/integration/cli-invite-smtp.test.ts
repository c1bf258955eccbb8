/** `webinterview invite --smtp`, with a real mail server. */
import { createServer } from 'node:net';
import test from 'ava';
import { simpleParser } from 'mailparser';
import { invite, sender, to, withRoom } from '../helpers/invite.ts';
import { takePort } from '../helpers/ports.ts';
import { selfMadeCertificate, startMailServer } from '../helpers/smtp.ts';

test('--smtp sends it, with the password, and says so', async (t) => {
  const { config, applicantUrl } = await withRoom(t);
  const server = await startMailServer(t, {
    authOptional: false,
    allowInsecureAuth: true,
    onAuth({ username, password }, _session, done) {
      if (username === 'us er' && password === 'p@ss/word') done(null, { user: username });
      else done(new Error('wrong'));
    },
  });
  const smtp = {
    ...sender,
    WEBINTERVIEW_MAIL_SMTP_URL: `smtp://us%20er:p%40ss%2Fword@127.0.0.1:${server.port}`,
  };
  const sent = await invite(config, ['--smtp', ...to, '--applicant', '佐藤花子'], smtp);
  const subject = '【株式会社サンプル 採用担当】Web面接のご案内（12月1日（火）10:00）';
  t.deepEqual(sent, { code: 0, stdout: `Sent to hanako@example.net: ${subject}\n`, stderr: '' });
  const [delivery] = server.deliveries;
  t.like(delivery, { from: 'saiyo@example.com', to: ['hanako@example.net'], user: 'us er' });
  const mail = await simpleParser(delivery?.content ?? '');
  t.is(mail.subject, subject);
  t.is([mail.to].flat()[0]?.value[0]?.name, '佐藤花子');
  t.true(mail.text?.split('\n').includes(applicantUrl));
  t.false(mail.headers.has('x-unsent'));
  t.deepEqual(
    mail.attachments.map(({ contentType }) => contentType),
    ['text/calendar', 'application/ics'],
  );

  const again = await invite(config, ['--smtp', ...to, '--json', '--again'], smtp);
  t.like(JSON.parse(again.stdout), { sent: true, to: 'hanako@example.net' });
  t.is(server.deliveries.length, 2);

  const wrong = { ...smtp, WEBINTERVIEW_MAIL_SMTP_URL: `smtp://someone:hunter2@127.0.0.1:${server.port}` };
  const { code, stdout, stderr } = await invite(config, ['--smtp', ...to, '--again'], wrong);
  t.is(code, 1);
  t.is(stdout, '');
  t.regex(
    stderr,
    /^webinterview: The mail server 127\.0\.0\.1:\d+ refused the user name or password \(535 [^\n]*\): check mail\.smtpUrl\.\n$/,
  );
  t.notRegex(stderr, /hunter2/);
  t.is(server.deliveries.length, 2);
});

test('STARTTLS and TLS from the start: with a certificate that is trusted, and not without', async (t) => {
  const { config } = await withRoom(t);
  const { key, cert, certFile } = await selfMadeCertificate(t);
  for (const protocol of ['smtp', 'smtps']) {
    const server = await startMailServer(t, { key, cert, secure: protocol === 'smtps' });
    const smtp = { ...sender, WEBINTERVIEW_MAIL_SMTP_URL: `${protocol}://127.0.0.1:${server.port}` };
    const stranger = await invite(config, ['--smtp', ...to, '--again'], smtp);
    t.is(stranger.code, 1);
    t.regex(
      stranger.stderr,
      /^webinterview: The mail server [^\n]* offers no TLS connection that can be trusted \(self-signed certificate\)[^\n]*NODE_EXTRA_CA_CERTS\.\n$/,
    );
    t.is(server.deliveries.length, 0);

    const known = await invite(config, ['--smtp', ...to, '--again'], {
      ...smtp,
      NODE_EXTRA_CA_CERTS: certFile,
    });
    t.is(known.stderr, '');
    t.like(server.deliveries[0], { secure: true, to: ['hanako@example.net'] });
  }
});

test('a server that speaks no TLS where it is asked for is one clear line', async (t) => {
  const { config } = await withRoom(t);
  const server = await startMailServer(t);
  const smtp = { ...sender, WEBINTERVIEW_MAIL_SMTP_URL: `smtps://127.0.0.1:${server.port}` };
  const { code, stderr } = await invite(config, ['--smtp', ...to], smtp);
  t.is(code, 1);
  t.regex(
    stderr,
    /^webinterview: The mail server [^\n]* offers no TLS connection that can be trusted[^\n]*\n$/,
  );
});

test('a server that hangs up when TLS begins is told as such', async (t) => {
  const { config } = await withRoom(t);
  const port = takePort();
  const server = createServer((socket) => socket.once('data', () => socket.resetAndDestroy()));
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  t.teardown(() => server.close());
  const smtp = { ...sender, WEBINTERVIEW_MAIL_SMTP_URL: `smtps://127.0.0.1:${port}` };
  const { code, stderr } = await invite(config, ['--smtp', ...to], smtp);
  t.is(code, 1);
  t.regex(
    stderr,
    /^webinterview: The mail server [^\n]* takes the connection, but not TLS \([^\n]*smtp:\/\/\.\n$/,
  );
});

test('a password goes to another machine over TLS or not at all', async (t) => {
  const { config } = await withRoom(t);
  const asked: string[] = [];
  const server = await startMailServer(t, {
    allowInsecureAuth: true,
    onAuth({ username }, _session, done) {
      asked.push(username ?? '');
      done(null, { user: username });
    },
  });
  // This machine under an address that does not look like it.
  const smtp = {
    ...sender,
    WEBINTERVIEW_MAIL_SMTP_URL: `smtp://u:hunter2@[::ffff:127.0.0.1]:${server.port}`,
  };
  const { code, stderr } = await invite(config, ['--smtp', ...to], smtp);
  t.is(code, 1);
  t.regex(
    stderr,
    /^webinterview: The mail server [^\n]* offers no TLS connection that can be trusted[^\n]*\n$/,
  );
  t.deepEqual(asked, []);
  t.is(server.deliveries.length, 0);
});

test('a recipient and a sender that the server refuses, and a mail, are one clear line', async (t) => {
  const { config } = await withRoom(t);
  const refusal = (text: string) => Object.assign(new Error(text), { responseCode: 550 });
  const cases: [Parameters<typeof startMailServer>[1], RegExp][] = [
    [
      { onRcptTo: (_address, _session, done) => done(refusal('no such user here')) },
      /refused the recipient hanako@example\.net \(550 no such user here\): check the address\./,
    ],
    [
      { onMailFrom: (_address, _session, done) => done(refusal('not from there')) },
      /refused the sender \(550 not from there\): check mail\.from or --from-address\./,
    ],
    [
      {
        onData(stream, _session, done) {
          stream.resume().once('end', () => done(refusal('looks like spam')));
        },
      },
      /refused the mail \(550 looks like spam\)\./,
    ],
  ];
  for (const [options, expected] of cases) {
    const server = await startMailServer(t, options);
    const smtp = { ...sender, WEBINTERVIEW_MAIL_SMTP_URL: `smtp://127.0.0.1:${server.port}` };
    const { code, stdout, stderr } = await invite(config, ['--smtp', ...to], smtp);
    t.is(code, 1);
    t.is(stdout, '');
    t.regex(stderr, expected);
    t.is(stderr.trimEnd().split('\n').length, 1);
    t.is(server.deliveries.length, 0);
  }
});

test('a server that is not there is one clear line', async (t) => {
  const { config } = await withRoom(t);
  const port = takePort();
  const smtp = { ...sender, WEBINTERVIEW_MAIL_SMTP_URL: `smtp://user:hunter2@127.0.0.1:${port}` };
  const { code, stderr } = await invite(config, ['--smtp', ...to], smtp);
  t.is(code, 1);
  t.is(
    stderr,
    `webinterview: The mail server 127.0.0.1:${port} refuses the connection (connect ECONNREFUSED 127.0.0.1:${port}): check the port in mail.smtpUrl, and that the server is up.\n`,
  );
});
