/** `webinterview check --url` in a company's network, which lets out what its proxy leads on. */
import test from 'ava';
import { makeAuthority, tlsInFront } from '../helpers/certificate.ts';
import { behindTls, look, noProxy } from '../helpers/check.ts';
import { cli } from '../helpers/cli.ts';
import { startProxy } from '../helpers/connect-proxy.ts';
import { startCoturn } from '../helpers/coturn.ts';
import { refuseUdp } from '../helpers/firewall.ts';
import { takePort, takePorts } from '../helpers/ports.ts';
import { startServer } from '../helpers/server.ts';

test.serial(
  'through a company’s proxy alone, with a password: all is OK, and the media goes its own way',
  async (t) => {
    const { server, port, url, env } = await behindTls(t, { 'media.listenIps': [] });
    const { tokens } = await server.room();
    const { url: proxy, port: proxyPort, asked } = await startProxy(t, { password: 'hunter2' });
    // A name that this network does not know: the proxy leads it to this machine.
    const host = 'interview.invalid';
    const { file, issue } = await makeAuthority(t);
    const front = await tlsInFront(t, await issue(60, `DNS:${host}`), server.port);
    const seen = { NODE_EXTRA_CA_CERTS: file, HTTPS_PROXY: proxy };
    const { code, found, output } = await look(`https://${host}:${front}/room#${tokens.applicant}`, seen);
    t.is(code, 0, output);
    const used = `not needed, as the proxy 127.0.0.1:${proxyPort} is used`;
    t.like(found.dns, { status: 'skipped' });
    t.regex(found.dns?.text ?? '', new RegExp(`^${host} is not found \\(\\w+\\); ${used}$`));
    t.is(found[`tcp${front}`]?.status, 'skipped');
    t.regex(found.tls?.text ?? '', new RegExp(`^${host}:\\d+, 59 days left`));
    t.is(found.page?.status, 'ok');
    t.is(found.websocket?.text, `opened through the proxy 127.0.0.1:${proxyPort}, and the link lets in`);
    t.is(found.speed?.status, 'ok', found.speed?.text);
    t.like(found.media, { status: 'ok', text: 'goes over UDP, TCP' });
    t.true(asked.length >= 4);
    t.deepEqual([...new Set(asked)], [`${host}:${front}`]);
    t.false(output.includes('hunter2'));

    // NO_PROXY takes the proxy away again.
    asked.length = 0;
    const direct = await look(`${url}/room#${tokens.applicant}`, {
      ...env,
      HTTPS_PROXY: proxy,
      NO_PROXY: 'localhost',
    });
    t.is(direct.found.websocket?.text, 'opened without a proxy, and the link lets in');
    t.deepEqual(asked, []);
    t.is(direct.found[`tcp${port}`]?.status, 'ok');
  },
);

test('a proxy that wants another password, or does not let this server through', async (t) => {
  const { server, port, url, env } = await behindTls(t);
  const { tokens } = await server.room();
  const strict = await startProxy(t, { password: 'hunter2' });
  const HTTPS_PROXY = strict.url.replace('hunter2', 'wrong');
  const refused = await look(`${url}/room#${tokens.applicant}`, { ...env, HTTPS_PROXY });
  t.is(refused.code, 1);
  const name = `127.0.0.1:${strict.port}`;
  t.is(
    refused.found.tls?.text,
    `the proxy ${name} does not lead to localhost:${port} (the proxy answers 407)`,
  );
  t.is(refused.found.page?.status, 'ng');
  t.is(refused.found.websocket?.status, 'ng');
  t.true(refused.found.websocket?.text.startsWith(`cannot be opened through the proxy ${name} (`));
  t.false(refused.output.includes('wrong'));

  const closed = await startProxy(t, { ports: [443] });
  const kept = await look(`${url}/room#${tokens.applicant}`, { ...env, HTTPS_PROXY: closed.url });
  t.regex(kept.found.tls?.text ?? '', /\(the proxy answers 403\)$/);

  const gone = await look(url, { ...env, HTTPS_PROXY: `http://127.0.0.1:${takePort()}` });
  t.regex(gone.found.tls?.text ?? '', /\(ECONNREFUSED\)$/);
  const unusable = await cli(null, ['check', '--url', url], {
    ...noProxy,
    HTTPS_PROXY: 'socks5://user:hunter2@a',
  });
  t.is(unusable.code, 1);
  t.regex(unusable.stderr, /^webinterview: HTTPS_PROXY \(or HTTP_PROXY\) is not usable/);
  t.false(unusable.stderr.includes('hunter2'));
});

test('a Node that cannot use the proxy says so, and claims nothing', async (t) => {
  const without = 'import%20http%20from%22node:http%22;delete%20http.setGlobalProxyFromEnv';
  const NODE_OPTIONS = `--import=data:text/javascript,${without}`;
  const env = { ...noProxy, HTTPS_PROXY: 'http://127.0.0.1:9', NODE_OPTIONS };
  const { code, stdout, stderr } = await cli(null, ['check', '--url', 'https://localhost:9'], env);
  t.deepEqual([code, stdout], [1, '']);
  t.regex(stderr, /^webinterview: Node [\d.]+ does not use HTTPS_PROXY: use Node 24\.14 or newer/);
});

test('a proxy that opens TLS shows a certificate of its own', async (t) => {
  const { server, url, port } = await behindTls(t);
  const { tokens } = await server.room();
  const proxy = await startProxy(t);
  const { code, found } = await look(`${url}/room#${tokens.applicant}`, { HTTPS_PROXY: proxy.url });
  t.is(code, 1);
  t.regex(
    found.tls?.text ?? '',
    new RegExp(`^the certificate of localhost:${port} \\(by Test Authority\\) is not trusted`),
  );
  t.regex(found.tls?.remedy ?? '', /A proxy that opens TLS shows its own\.$/);
});

test.serial('the relay through the proxy, where nothing else gets out', async (t) => {
  const { file, issue } = await makeAuthority(t);
  const { secret, tlsPort } = await startCoturn(t, await issue(60, 'DNS:relay.invalid'));
  const media = takePorts(4);
  const server = await startServer(t, {
    'media.listenIps': ['127.0.0.1'],
    'media.portMin': media.portMin,
    'media.portMax': media.portMax,
    'turn.urls': [`turns:relay.invalid:${tlsPort}?transport=tcp`],
    'turn.secret': secret,
  });
  const front = await tlsInFront(t, await issue(60), server.port);
  const { tokens } = await server.room();
  const proxy = await startProxy(t);
  const mend = refuseUdp(t, media, ['udp', 'tcp']);
  const link = `https://localhost:${front}/room#${tokens.applicant}`;
  const { code, found } = await look(link, { NODE_EXTRA_CA_CERTS: file, HTTPS_PROXY: proxy.url });
  mend();
  t.is(code, 0);
  t.is(found.udp?.status, 'warning');
  t.is(found.mediaTcp?.status, 'warning');
  t.is(found.turn?.status, 'ok');
  t.regex(found.turn?.text ?? '', /gives a relay, .*, through the proxy 127\.0\.0\.1:\d+$/);
  t.is(found.media?.text, 'goes over relay');
});
