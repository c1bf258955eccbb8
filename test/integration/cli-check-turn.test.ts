/** `webinterview check` and a real TURN server: Debian's coturn. */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import test, { type ExecutionContext } from 'ava';
import { makeAuthority } from '../helpers/certificate.ts';
import { checked } from '../helpers/check.ts';
import { startCoturn } from '../helpers/coturn.ts';
import { takePort } from '../helpers/ports.ts';
import { testConfig } from '../helpers/store.ts';

async function turn(t: ExecutionContext, urls: string[], secret: string | null, env: NodeJS.ProcessEnv = {}) {
  const settings = { WEBINTERVIEW_TURN_URLS: urls.join(','), WEBINTERVIEW_TURN_SECRET: secret ?? '' };
  return checked(await testConfig(t), { ...settings, ...env });
}

test('over UDP, TCP and TLS: it gives a relay to the credentials that people get', async (t) => {
  const { file, issue } = await makeAuthority(t);
  const { port, tlsPort, secret } = await startCoturn(t, await issue(30));
  const urls = [
    `turn:127.0.0.1:${port}?transport=udp`,
    `turn:127.0.0.1:${port}?transport=tcp`,
    `turns:localhost:${tlsPort}?transport=tcp`,
  ];
  const { code, found } = await turn(t, urls, secret, { NODE_EXTRA_CA_CERTS: file });
  t.is(code, 0);
  for (const [i, url] of urls.entries()) {
    const { status, text = '' } = found[`turn${i + 1}`] ?? {};
    t.is(status, 'ok', text);
    t.true(text.startsWith(`${url} gives a relay, answers in `), text);
    t.regex(text, / \d+ ms, sees us as 127\.0\.0\.1$/);
  }
});

test('over TLS with a certificate that browsers do not trust: NG', async (t) => {
  const { issue } = await makeAuthority(t);
  const { tlsPort, secret } = await startCoturn(t, await issue(30));
  const { code, found } = await turn(t, [`turns:localhost:${tlsPort}`], secret);
  t.is(code, 1);
  t.regex(found.turn?.text ?? '', /^turns:localhost:\d+ cannot be reached \([A-Z_]+\)$/);
  t.regex(found.turn?.remedy ?? '', /certificate/);
});

test('with another secret than coturn’s it is NG, and neither secret is printed', async (t) => {
  const { port, secret } = await startCoturn(t);
  const { code, found, output } = await turn(t, [`turn:127.0.0.1:${port}`], 'another');
  t.is(code, 1);
  t.like(found.turn, {
    text: `turn:127.0.0.1:${port} refuses our password`,
    remedy: 'Make turn.secret the same as coturn’s static-auth-secret, and look at the clocks.',
  });
  t.false(output.includes('another"') || output.includes(secret));
});

test('without a secret of ours it is NG', async (t) => {
  const { port } = await startCoturn(t);
  const { code, found } = await turn(t, [`turn:127.0.0.1:${port}`], null);
  t.is(code, 1);
  t.like(found.turn, { text: `turn:127.0.0.1:${port} wants a password` });
});

test('nobody there, somebody who says nothing, somebody who talks of other things', async (t) => {
  const port = takePort();
  const { found: gone } = await turn(t, [`turn:127.0.0.1:${port}?transport=tcp`], 's');
  t.is(gone.turn?.text, `turn:127.0.0.1:${port}?transport=tcp cannot be reached (ECONNREFUSED)`);

  const silent = createSocket('udp4').bind(0, '127.0.0.1');
  await once(silent, 'listening');
  t.teardown(() => silent.close());
  const url = `turn:127.0.0.1:${silent.address().port}?transport=udp`;
  const { found: quiet } = await turn(t, [url], 's');
  t.like(quiet.turn, { status: 'ng', text: `${url} does not answer` });

  silent.on('message', (_, { port: from }) => {
    for (const noise of ['', 'HTTP/1.1 200 OK', 'x'.repeat(1200)]) silent.send(noise, from, '127.0.0.1');
  });
  const { code, found: strange } = await turn(t, [url], 's');
  t.is(code, 1);
  t.like(strange.turn, { status: 'ng', text: `${url} does not answer` });
});
