/** The server with a certificate of its own: what it serves, to whom it does not, and what is put in the files' place. */
import { readdir, writeFile } from 'node:fs/promises';
import { join as joinPath } from 'node:path';
import test from 'ava';
import { WebSocket } from 'ws';
import { subprotocol, tokenSubprotocol } from '../../src/protocol/version.ts';
import { UserError } from '../../src/server/errors.ts';
import { createServer } from '../../src/server/server.ts';
import { checked } from '../helpers/check.ts';
import { cli, cliServe } from '../helpers/cli.ts';
import { Client } from '../helpers/client.ts';
import { ownAddress } from '../helpers/firefox.ts';
import { serverConfig, startServer } from '../helpers/server.ts';
import { temporaryFolder, testConfig } from '../helpers/store.ts';
import { asCertbot, authorityOf, get, handshake, ownCertificate, serialAt } from '../helpers/tls.ts';
import { until } from '../helpers/until.ts';

test('the page comes over TLS 1.2 and later, with the certificate of the files, and older versions are refused', async (t) => {
  const { authority, settings } = await ownCertificate(t);
  const server = await startServer(t, settings);
  t.is(server.url, `https://127.0.0.1:${server.port}`);
  const ca = await authorityOf(authority);
  const page = await get(`${server.url}/room`, ca, { host: 'interview.example.com' });
  t.is(page.status, 200);
  t.is(page.headers['strict-transport-security'], 'max-age=31536000');
  // Other programs of this machine are opened by that name as well.
  t.is(
    (await get(server.url, ca, { host: 'localhost:3000' })).headers['strict-transport-security'],
    undefined,
  );
  const versions = { TLSv1_2: 'TLSv1.2', TLSv1_3: 'TLSv1.3' } as const;
  for (const version of Object.values(versions)) {
    const socket = await handshake(t, server.port, { ca, minVersion: version, maxVersion: version });
    t.is(socket.getProtocol(), version);
  }
  const old = { ca, minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' } as const;
  await t.throwsAsync(handshake(t, server.port, old), { message: /alert protocol version/ });
});

test('what is put in the place of the files is used at once, and nobody who is connected notices', async (t) => {
  const { authority, pair } = await ownCertificate(t);
  const ca = await authorityOf(authority);
  const { files, renew } = await asCertbot(t, pair);
  const server = await startServer(t, { 'tls.certFile': files.certFile, 'tls.keyFile': files.keyFile });
  const { tokens } = await server.room();
  const protocols = [subprotocol, tokenSubprotocol(tokens.applicant)];
  const socket = new WebSocket(`wss://localhost:${server.port}/ws`, protocols, { ca });
  t.teardown(() => socket.terminate());
  await new Promise((resolve) => socket.once('open', resolve));
  const client = new Client(socket, { patienceMs: 30_000 });
  t.is((await client.request('join', { keepMedia: false })).role, 'applicant');
  const faults = () => server.log.filter(({ msg }) => String(msg).includes('the one before stays in use'));
  const old = await serialAt(t, server.port, ca);

  const next = await authority.issue(90);
  await renew({ certFile: next.certFile });
  await until('the fault is logged', () => faults().length >= 1);
  t.regex(JSON.stringify(faults()), /they do not belong together/);
  t.is(await serialAt(t, server.port, ca), old);

  await renew({ keyFile: next.keyFile });
  await until('the new certificate is in use', async () => (await serialAt(t, server.port, ca)) !== old);
  const renewed = await serialAt(t, server.port, ca);

  const garbage = joinPath(await temporaryFolder(t), 'garbage.pem');
  await writeFile(garbage, '-----BEGIN CERTIFICATE-----\n');
  await renew({ certFile: garbage });
  await until('the second fault is logged', () => faults().length >= 2);
  t.is(await serialAt(t, server.port, ca), renewed);

  t.like(await client.ask('anything', {}), { ok: false });
  t.false(JSON.stringify(server.log).includes('PRIVATE KEY'));
});

test('other machines are not served without TLS, unless the configuration says so', async (t) => {
  for (const host of ['0.0.0.0', '::', '192.0.2.1', 'interview.example.com']) {
    const config = await serverConfig(t, { 'http.host': host });
    const error = await t.throwsAsync(createServer(config), {
      instanceOf: UserError,
    });
    t.is(
      error.message,
      `http.host is ${host}, which other machines reach, and there is no TLS: set tls.certFile and tls.keyFile; or listen on 127.0.0.1, with a reverse proxy on this machine; or, if a proxy elsewhere or in front of a container has the certificate, set http.allowPlain to true.`,
    );
    t.deepEqual(await readdir(config.dataDir), [], 'nothing was made');
  }
  const { settings } = await ownCertificate(t);
  for (const served of [
    { 'http.host': '127.0.0.2' },
    { 'http.host': 'localhost' },
    { 'http.host': '0.0.0.0', ...settings },
    { 'http.host': '0.0.0.0', 'http.allowPlain': true },
  ])
    t.true((await startServer(t, served)).port > 0);
});

test('files that cannot be used are named at the start, with what to do', async (t) => {
  const { authority, pair } = await ownCertificate(t);
  const other = await authority.issue(60);
  const problem = async (certFile: string | null, keyFile: string | null) => {
    const config = await serverConfig(t, { 'tls.certFile': certFile, 'tls.keyFile': keyFile });
    return (await t.throwsAsync(createServer(config), { instanceOf: UserError })).message;
  };
  t.is(
    await problem(pair.certFile, null),
    'tls.certFile is set and tls.keyFile is not: set both for TLS, or neither.',
  );
  t.is(
    await problem(null, pair.keyFile),
    'tls.keyFile is set and tls.certFile is not: set both for TLS, or neither.',
  );
  t.is(
    await problem('/nowhere/cert.pem', pair.keyFile),
    'Cannot read /nowhere/cert.pem (tls.certFile, ENOENT): put it there, or name another file.',
  );
  t.regex(
    await problem(pair.certFile, other.keyFile),
    /tls\.certFile.*tls\.keyFile.*: they do not belong together\.$/,
  );
  t.regex(await problem(pair.keyFile, pair.keyFile), /^The certificate .* cannot be used with the key /);
});

test('the commands beside it work as without TLS: links, status, check, and no second server', async (t) => {
  const { env, pair, authority } = await ownCertificate(t, 'DNS:interview.example.com');
  const config = await testConfig(t);
  const server = await cliServe(t, config, ['--json', '--demo'], env);
  const { url, demo } = JSON.parse(server.ready);
  t.regex(url, /^https:\/\/127\.0\.0\.1:\d+$/);
  t.true(demo.interviewerUrl.startsWith(`${url}/room#`));
  const room = JSON.parse((await cli(config, ['room', 'create', '--name', 'a', '--json'], env)).stdout);
  t.true(room.applicantUrl.startsWith(`${url}/room#`));
  const status = await cli(config, ['status', '--json'], env);
  t.is(status.stderr, '');
  t.is(JSON.parse(status.stdout).servers.length, 1);
  const second = await cli(config, ['serve', '--port', '0'], env);
  t.regex(second.stderr, /A server runs on the data directory .* already, at https:/);
  const { found } = await checked(config, env);
  t.is(found.httpPort?.text, `our server answers at ${url}`);
  t.true(found.tls?.text.startsWith(`${pair.certFile}, 59 days left (until `), found.tls?.text);
  await server.stop();
  const later = { ...env, WEBINTERVIEW_HTTP_PORT: '8443' };
  const next = JSON.parse((await cli(config, ['room', 'create', '--name', 'b', '--json'], later)).stdout);
  t.true(next.applicantUrl.startsWith('https://localhost:8443/room#'), next.applicantUrl);

  // Down, as before the first start: the files are looked at all the same.
  const name = { WEBINTERVIEW_HTTP_PUBLIC_URL: 'https://interview.example.com' };
  const good = await checked(config, { ...env, ...name });
  t.is(good.found.tls?.status, 'ok', good.found.tls?.text);
  const wrong = await checked(config, { ...env, WEBINTERVIEW_HTTP_PUBLIC_URL: 'https://other.example.com' });
  t.regex(wrong.found.tls?.text ?? '', /is not trusted: it is for another name$/);
  const soon = await authority.issue(5, 'DNS:interview.example.com');
  const ending = await checked(config, {
    ...env,
    ...name,
    WEBINTERVIEW_TLS_CERT_FILE: soon.certFile,
    WEBINTERVIEW_TLS_KEY_FILE: soon.keyFile,
  });
  t.is(ending.found.tls?.status, 'warning');
  const plain = await checked(config, { WEBINTERVIEW_HTTP_HOST: '0.0.0.0' });
  t.is(plain.found.tls?.status, 'ng');
  t.regex(plain.found.tls?.remedy ?? '', /set http\.allowPlain to true/);
});

test('at an address that others reach, who asks a server sees to it that it has the certificate of the public name', async (t) => {
  const { env, authority } = await ownCertificate(t, 'DNS:interview.example.com');
  const config = await testConfig(t);
  const settings = {
    ...env,
    WEBINTERVIEW_HTTP_HOST: ownAddress(t),
    WEBINTERVIEW_HTTP_PUBLIC_URL: 'https://interview.example.com',
  };
  const server = await cliServe(t, config, ['--json'], settings);
  const trust = { NODE_EXTRA_CA_CERTS: authority.file };
  const serversSeen = async (more: NodeJS.ProcessEnv) =>
    JSON.parse((await cli(config, ['status', '--json'], { ...settings, ...more })).stdout).servers.length;
  t.is(await serversSeen(trust), 1);
  t.is(await serversSeen({}), 0);
  t.is(await serversSeen({ ...trust, WEBINTERVIEW_HTTP_PUBLIC_URL: 'https://other.example.com' }), 0);
  t.is((await server.stop()).code, 0);
});

test('what is no TLS gets no answer, and the server goes on', async (t) => {
  const { authority, settings } = await ownCertificate(t);
  const server = await startServer(t, settings);
  await t.throwsAsync(fetch(`http://127.0.0.1:${server.port}/`));
  t.is((await get(server.url, await authorityOf(authority))).status, 200);
});
