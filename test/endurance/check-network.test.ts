/** What 「セキュリティ」 says of the way to the server, on networks that let less and less through. */
import test, { type ExecutionContext } from 'ava';
import type { Page } from 'playwright-core';
import { ja } from '../../src/web/i18n/ja.ts';
import { launchBrowser, openPage } from '../helpers/browser.ts';
import { relayPorts, startCoturn } from '../helpers/coturn.ts';
import { refuseAllButRelay, refuseUdp } from '../helpers/firewall.ts';
import { takePorts } from '../helpers/ports.ts';
import { startServer } from '../helpers/server.ts';
import { shareBrowsers } from '../helpers/shared-browsers.ts';

shareBrowsers(test);

const ports = takePorts(20);
const { items, states } = ja.check;

/** The item of the check once it is decided: its text. */
async function outcome(t: ExecutionContext, settings: Record<string, unknown> = {}): Promise<string> {
  const server = await startServer(t, {
    'media.portMin': ports.portMin,
    'media.portMax': ports.portMax,
    ...settings,
  });
  const { tokens } = await server.room();
  const { context } = await launchBrowser(t);
  const page = await openPage(t, context, `${server.url}/room#${tokens.applicant}`);
  return decided(page);
}

async function decided(page: Page): Promise<string> {
  const item = page.getByRole('listitem').filter({ hasText: items.security });
  await item.getByText(new RegExp(`^(${states.ok}|${states.ng})$`)).waitFor({ timeout: 60_000 });
  return item.innerText();
}

test.serial('UDP goes through: OK, and nothing to remark', async (t) => {
  const text = await outcome(t);
  t.regex(text, /OK/);
  t.regex(text, /（UDP、往復\d+ミリ秒）/);
  t.false(text.includes(ja.check.withoutUdp('').slice(0, 20)));
});

test.serial('UDP is blocked: OK over TCP, with a remark', async (t) => {
  refuseUdp(t, ports);
  const text = await outcome(t);
  t.regex(text, /OK/);
  t.regex(text, /（TCP、往復\d+ミリ秒）/);
  t.true(text.includes(ja.check.withoutUdp('').slice(0, 20)));
  t.true(text.includes(`UDP ${ports.portMin}-${ports.portMax}`), text);
});

test.serial('only the TURN server is reached: OK through the relay, with a remark', async (t) => {
  const { urls, secret } = await startCoturn(t);
  refuseAllButRelay(t, ports, relayPorts);
  const text = await outcome(t, { 'turn.urls': urls, 'turn.secret': secret });
  t.regex(text, /OK/);
  t.regex(text, /中継サーバー経由、往復\d+ミリ秒/);
});

test.serial('nothing passes: NG, with what to ask to have opened', async (t) => {
  refuseUdp(t, ports, ['udp', 'tcp']);
  const text = await outcome(t);
  t.regex(text, /NG/);
  t.true(text.includes(ja.check.problems.blocked('').slice(0, 20)));
  t.true(text.includes(`UDP ${ports.portMin}-${ports.portMax}`), text);
});
