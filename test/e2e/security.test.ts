/** A real browser on the server's own TLS, and what its content security policy keeps from a page that was broken into. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import test from 'ava';
import { launchBrowser, openPage, passCheck } from '../helpers/browser.ts';
import { startServer } from '../helpers/server.ts';
import { shareBrowsers } from '../helpers/shared-browsers.ts';
import { asCertbot, authorityOf, ownCertificate, serialAt } from '../helpers/tls.ts';
import { until } from '../helpers/until.ts';

shareBrowsers(test);

test.serial(
  'in a browser: the page and its WebSocket over TLS go on while the certificate is exchanged',
  async (t) => {
    const { authority, pair } = await ownCertificate(t);
    const ca = await authorityOf(authority);
    const { files, renew } = await asCertbot(t, pair);
    const server = await startServer(t, { 'tls.certFile': files.certFile, 'tls.keyFile': files.keyFile });
    const room = await server.room();
    // The authority is the test's own, which no browser knows.
    const { browser, context } = await launchBrowser(t, { context: { ignoreHTTPSErrors: true } });
    await passCheck(context);
    const page = await openPage(t, context, 'about:blank');
    const sockets: { url: string; isClosed: boolean }[] = [];
    page.on('websocket', (socket) => {
      const seen = { url: socket.url(), isClosed: false };
      sockets.push(seen);
      socket.on('close', () => Object.assign(seen, { isClosed: true }));
    });
    await page.goto(`https://localhost:${server.port}/room#${room.tokens.interviewer}`);
    await page.getByLabel('会社名').fill('株式会社例');
    await page.getByLabel('お名前').fill('面接太郎');
    const old = await serialAt(t, server.port, ca);

    await renew(await authority.issue(90));
    await until('the new certificate is shown', async () => (await serialAt(t, server.port, ca)) !== old);
    await page.getByRole('button', { name: '接続', exact: true }).click();
    await page.getByRole('button', { name: '退出', exact: true }).waitFor();
    t.deepEqual(sockets, [{ url: `wss://localhost:${server.port}/ws`, isClosed: false }]);

    // Picture and sound are encrypted to the server in every case (DTLS-SRTP).
    const ciphers = await until('what carries picture and sound stands', async () => {
      const found = await page.evaluate(mediaCiphers);
      return found.length > 0 ? found : null;
    });
    t.true(
      ciphers.every((cipher) => /AES|AEAD/.test(cipher)),
      ciphers.join(),
    );

    const later = await browser.newContext({ ignoreHTTPSErrors: true });
    const answer = await (await later.newPage()).goto(`https://localhost:${server.port}/`);
    const { validTo = 0 } = (await answer?.securityDetails()) ?? {};
    const daysLeft = (validTo * 1000 - Date.now()) / 86_400_000;
    t.true(daysLeft > 80, `${daysLeft} days`);
  },
);

test.serial(
  'a script that got into the page can send and load nothing elsewhere, and runs no text and no WebAssembly',
  async (t) => {
    const server = await startServer(t);
    const reached: string[] = [];
    const elsewhere = createServer(({ url }, response) => {
      if (url === '/frame') return response.end(`<iframe src="${server.url}/room"></iframe>`);
      reached.push(String(url));
      response.setHeader('access-control-allow-origin', '*').end();
    }).listen(0, '127.0.0.1');
    t.teardown(() => void elsewhere.close());
    await once(elsewhere, 'listening');
    const foreign = `http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}`;
    const { context } = await launchBrowser(t);
    // The browser tells the console of each thing that it has kept from happening.
    const page = await openPage(
      t,
      context,
      `${server.url}/room`,
      /Content Security Policy|Content-Security-Policy/,
    );
    const kept = [
      'connect-src',
      'form-action',
      'frame-src',
      'img-src',
      'script-src-attr',
      'script-src-elem',
      'style-src-elem',
    ];
    const { survived, violated } = await page.evaluate(attack, { foreign, kept });
    t.deepEqual(survived, []);
    for (const directive of kept) t.true(violated.includes(directive), directive);
    t.deepEqual(reached, []);

    const framing = await context.newPage();
    await framing.goto(`${foreign}/frame`);
    const [, frame] = framing.frames();
    t.is(frame?.url(), 'chrome-error://chromewebdata/');
  },
);

/** Runs in the page: with what each connection that stands encrypts. */
async function mediaCiphers(): Promise<string[]> {
  const { peerConnections } = globalThis as unknown as { peerConnections: RTCPeerConnection[] };
  const reports = await Promise.all(peerConnections.map((connection) => connection.getStats()));
  const stats = reports.flatMap((report) => [...report.values()]);
  const connected = stats.filter(({ type, dtlsState }) => type === 'transport' && dtlsState === 'connected');
  return connected.map(({ srtpCipher }) => String(srtpCipher));
}

/** Runs in the page: what an injected script would try. */
async function attack({
  foreign,
  kept,
}: {
  foreign: string;
  kept: string[];
}): Promise<{ survived: string[]; violated: string[] }> {
  const survived: string[] = [];
  const violated: string[] = [];
  document.addEventListener('securitypolicyviolation', (event) => violated.push(event.effectiveDirective));
  const tried = async (name: string, work: Promise<unknown>) => {
    const outcome = work.then(
      () => 'survived',
      () => 'kept',
    );
    // What is neither done nor refused is a fault as well, and named.
    const late = new Promise((resolve) => setTimeout(resolve, 30_000, 'open'));
    const ended = await Promise.race([outcome, late]);
    if (ended !== 'kept')
      survived.push(ended === 'open' ? `${name}: neither done nor kept within 30 s` : name);
  };
  await tried('fetch', fetch(`${foreign}/fetch`));
  await tried('WebAssembly', WebAssembly.compile(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0])));
  await tried(
    'worker',
    new Promise((resolve, reject) => {
      const worker = new Worker(URL.createObjectURL(new Blob(['postMessage(1)'])));
      worker.onmessage = resolve;
      worker.onerror = reject;
    }),
  );
  const socket = new Promise((resolve, reject) => {
    const made = new WebSocket(`${foreign.replace('http', 'ws')}/socket`);
    made.onopen = resolve;
    made.onerror = reject;
  });
  await tried('WebSocket', socket);
  const holder = document.createElement('div');
  holder.innerHTML = `<img src="${foreign}/picture"><img src="data:," onerror="document.title = 'taken'"><iframe src="${foreign}/inner"></iframe><style>body { background: url(${foreign}/style) }</style><base href="${foreign}/"><form action="${foreign}/form" method="post"></form>`;
  document.body.append(holder);
  const inline = document.createElement('script');
  inline.textContent = "document.title = 'taken'";
  document.body.append(inline);
  const outer = document.createElement('script');
  outer.src = `${foreign}/script.js`;
  document.body.append(outer);
  holder.querySelector('form')?.submit();
  // What is kept from happening is told by then, and what is not has happened.
  const end = performance.now() + 30_000;
  while (kept.some((each) => !violated.includes(each)) && performance.now() < end)
    await new Promise((resolve) => setTimeout(resolve, 20));
  if (document.title === 'taken') survived.push('inline script');
  if (document.baseURI.startsWith(foreign)) survived.push('base');
  return { survived, violated };
}
