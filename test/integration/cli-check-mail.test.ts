/** `webinterview check` looks at the mail server, with a real one. */
import { createServer } from 'node:net';
import test, { type ExecutionContext } from 'ava';
import { checked } from '../helpers/check.ts';
import { takePort } from '../helpers/ports.ts';
import { selfMadeCertificate, startMailServer } from '../helpers/smtp.ts';
import { testConfig } from '../helpers/store.ts';

const from = { WEBINTERVIEW_MAIL_FROM: 'saiyo@example.com' };

async function mailOf(t: ExecutionContext, env: NodeJS.ProcessEnv) {
  const { found, output } = await checked(await testConfig(t), env);
  t.notRegex(output, /hunter2/);
  return found.mail;
}

const at = (smtpUrl: string) => ({ ...from, WEBINTERVIEW_MAIL_SMTP_URL: smtpUrl });

test('a mail server that takes the password is OK, and gets no mail', async (t) => {
  const users: (string | undefined)[] = [];
  const server = await startMailServer(t, {
    authOptional: false,
    allowInsecureAuth: true,
    onAuth({ username, password }, _session, done) {
      users.push(username);
      if (password === 'right') done(null, { user: username });
      else done(new Error('wrong'));
    },
  });
  const host = `127.0.0.1:${server.port}`;
  const good = await mailOf(t, at(`smtp://user:right@${host}`));
  t.like(good, { status: 'ok', text: `${host} takes the connection and the password` });
  const wrong = await mailOf(t, at(`smtp://user:hunter2@${host}`));
  t.like(wrong, { status: 'ng', remedy: 'Check mail.smtpUrl.' });
  t.regex(wrong?.text ?? '', /refused the user name or password \(535 .*\)$/);
  t.deepEqual(users, ['user', 'user']);
  t.deepEqual(server.deliveries, []);
});

test('what is not set is said: nothing, the server, or the sender', async (t) => {
  t.like(await mailOf(t, {}), { status: 'skipped', text: 'mail.smtpUrl and mail.from are not set' });
  t.like(await mailOf(t, from), { status: 'skipped', text: 'mail.smtpUrl is not set' });
  const { port } = await startMailServer(t);
  const noSender = await mailOf(t, { WEBINTERVIEW_MAIL_SMTP_URL: `smtp://127.0.0.1:${port}` });
  t.like(noSender, {
    status: 'warning',
    text: `127.0.0.1:${port} takes the connection, without a user name; mail.from is not set`,
    remedy: 'Set it to who sends the invitations, or give --from-address with each.',
  });
});

test('each way to fail has its words: name, port, TLS, certificate, a server that wants nobody', async (t) => {
  const unknown = await mailOf(t, at('smtp://mail.invalid'));
  t.like(unknown, { status: 'ng', remedy: 'Check the name in mail.smtpUrl.' });
  t.regex(unknown?.text ?? '', /^The mail server mail\.invalid is not found \(/);

  const nobody = await mailOf(t, at(`smtp://127.0.0.1:${takePort()}`));
  t.regex(nobody?.text ?? '', /refuses the connection \(.*ECONNREFUSED.*\)$/);
  t.is(nobody?.remedy, 'Check the port in mail.smtpUrl, and that the server is up.');

  const { port: plain } = await startMailServer(t);
  const noTls = await mailOf(t, at(`smtps://127.0.0.1:${plain}`));
  t.regex(noTls?.text ?? '', /offers no TLS connection that can be trusted/);

  const { key, cert, certFile } = await selfMadeCertificate(t);
  const { port: secure } = await startMailServer(t, { key, cert, secure: true });
  const stranger = await mailOf(t, at(`smtps://127.0.0.1:${secure}`));
  t.like(stranger, { status: 'ng' });
  t.regex(stranger?.remedy ?? '', /NODE_EXTRA_CA_CERTS/);
  const known = await mailOf(t, { ...at(`smtps://127.0.0.1:${secure}`), NODE_EXTRA_CA_CERTS: certFile });
  t.is(known?.status, 'ok');

  const closed = await mailOf(t, at(`smtp://127.0.0.1:${await refusingServer(t)}`));
  t.regex(closed?.text ?? '', /refused the connection \(554 not for you\)$/);
});

/** One that greets with a refusal (RFC 5321 section 3.1). */
async function refusingServer(t: ExecutionContext): Promise<number> {
  const server = createServer((socket) => socket.on('error', () => undefined).end('554 not for you\r\n'));
  const port = takePort();
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  t.teardown(() => server.close());
  return port;
}
