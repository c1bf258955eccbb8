/** What a company's network has to let out: `webinterview firewall`, the help and the environment check say the same of each server. */
import test from 'ava';
import type { FirewallRule } from '../../src/server/firewall.ts';
import { ja as helpJa } from '../../src/web/i18n/help/ja.ts';
import { ja } from '../../src/web/i18n/ja.ts';
import { launchBrowser, newContext, openPage } from '../helpers/browser.ts';
import { cli } from '../helpers/cli.ts';
import { takePorts } from '../helpers/ports.ts';
import { press } from '../helpers/screens.ts';
import { startServer } from '../helpers/server.ts';
import { shareBrowsers } from '../helpers/shared-browsers.ts';

shareBrowsers(test);

// Of RFC 5737: nobody answers there, so that the check says what has to be opened.
const media = () => {
  const { portMin, portMax } = takePorts(4);
  return {
    'media.announcedAddress': '203.0.113.7',
    'media.listenIps': '0.0.0.0',
    'media.portMin': String(portMin),
    'media.portMax': String(portMax),
  };
};
const range = (settings: Record<string, string>) =>
  `${settings['media.portMin']}-${settings['media.portMax']}（203.0.113.7）`;

const configurations = [
  {
    title: 'behind a proxy on 443',
    settings: { ...media(), 'http.publicUrl': 'https://interview.example.com' },
    page: 'TCP 443（interview.example.com）',
    relays: [],
  },
  {
    title: 'on a port of its own',
    settings: { ...media(), 'http.publicUrl': 'https://interview.example.com:8443' },
    page: 'TCP 8443（interview.example.com）',
    relays: [],
  },
  {
    title: 'with a relay on 443 and 3478',
    settings: {
      ...media(),
      'http.publicUrl': 'https://interview.example.com',
      'turn.urls': 'turn:turn.example.com:3478?transport=udp,turns:turn.example.com:443?transport=tcp',
      'turn.secret': 'a secret that nobody tells',
    },
    page: 'TCP 443（interview.example.com）',
    relays: ['UDP 3478（turn.example.com）', 'TCP 443（turn.example.com）'],
  },
];

/** As the environment has it: media.portMin is WEBINTERVIEW_MEDIA_PORT_MIN. */
const asEnvironment = (settings: Record<string, string>) =>
  Object.fromEntries(
    Object.entries(settings).map(([key, value]) => [
      `WEBINTERVIEW_${key.replace(/[A-Z]/g, '_$&').replace('.', '_').toUpperCase()}`,
      value,
    ]),
  );

for (const { title, settings, page: pageNeed, relays } of configurations)
  test.serial(`a server ${title}: firewall, help and check agree`, async (t) => {
    const server = await startServer(t, settings);
    const { tokens } = await server.room();
    const { stdout } = await cli(server.config, ['firewall', '--json'], asEnvironment(settings));
    const { rules } = JSON.parse(stdout) as { rules: FirewallRule[] };
    const needs = rules
      .filter(({ carries }) => carries)
      .map(({ protocol, ports, address }) => ja.network.need(protocol.toUpperCase(), ports, address));
    t.deepEqual(needs, [pageNeed, `UDP ${range(settings)}`, `TCP ${range(settings)}`, ...relays]);

    const { browser } = await launchBrowser(t);
    const context = await newContext(browser, { context: { locale: 'ja-JP' } });
    const page = await openPage(t, context, `${server.url}/room#${tokens.applicant}`);
    const blocked = ja.check.problems.blocked(ja.network.together(needs));
    await page.getByText(blocked, { exact: true }).waitFor({ timeout: 120_000 });
    await press(page, ja.help);
    const section = page.locator('section').filter({ has: page.getByText(helpJa.network.title) });
    await section.getByText(needs[0] ?? '').waitFor();
    const lines = await section.getByRole('listitem').allInnerTexts();
    t.is(lines.length, needs.length + 1, 'and the address of the page');
    for (const [at, need] of needs.entries()) t.true(lines[at]?.startsWith(`${need}：`), lines[at]);
  });

test.serial('what a server needs is told to who has a link, and to nobody else', async (t) => {
  const server = await startServer(t);
  const { tokens, links } = await server.room();
  const ask = async (token: string) =>
    fetch(`${server.url}/api/network`, { headers: { Authorization: `Bearer ${token}` } });
  const answer = await ask(tokens.applicant);
  t.is(answer.status, 200);
  t.is(answer.headers.get('cache-control'), 'no-store');
  t.is((await ask('')).status, 401);
  await server.store.rooms.revokeLink(links.applicant.id, new Date(), []);
  t.is((await ask(tokens.applicant)).status, 401);
  // Without a link the help has words that hold for every server.
  const { browser } = await launchBrowser(t);
  const page = await openPage(
    t,
    await newContext(browser, { context: { locale: 'ja-JP' } }),
    `${server.url}/room`,
  );
  await press(page, ja.help);
  await t.notThrowsAsync(page.getByText(ja.network.unknown, { exact: true }).waitFor());
});
