/** UDP that is refused or breaks, between two bare pages. */
import test from 'ava';
import type { Page } from 'playwright-core';
import { launchBrowser, openPage } from '../helpers/browser.ts';
import { packetsSent, packetsWhenQuiet, protocolsInUse, waitForFrames } from '../helpers/fake-media.ts';
import { refuseUdp } from '../helpers/firewall.ts';
import type { MediaPage } from '../helpers/media-page.ts';
import { startMediaServer } from '../helpers/media-server.ts';
import { shareBrowsers } from '../helpers/shared-browsers.ts';
import { hearEachOther, meet, seeEachOther, twoPeople } from '../helpers/two-pages.ts';
import { until } from '../helpers/until.ts';

shareBrowsers(test);

declare const started: Promise<MediaPage>;
declare const mediaPage: MediaPage;

test.serial('with UDP refused a call goes over TCP', async (t) => {
  const people = await twoPeople(t, ({ ports }) => refuseUdp(t, ports));
  await meet(people);
  await seeEachOther(people);
  await hearEachOther(people);
  t.deepEqual(await protocolsInUse(people.applicant), ['tcp']);
  t.deepEqual(await protocolsInUse(people.interviewer), ['tcp']);
});

test.serial('the check proves the way over TCP, with UDP refused, with no permission given', async (t) => {
  const server = await startMediaServer(t);
  refuseUdp(t, server.ports);
  const { context } = await launchBrowser(t, { permissions: [] });
  const page = await openPage(t, context, server.pageUrl('applicant'));
  const { protocol, roundTripMs } = await page.evaluate(async () => (await started).session.probe());
  t.is(protocol, 'tcp');
  t.true(roundTripMs >= 0);
  t.deepEqual(await packetsWhenQuiet(page), await packetsSent(page));
});

test.serial('the check says so when nothing gets through', async (t) => {
  const server = await startMediaServer(t);
  refuseUdp(t, server.ports, ['udp', 'tcp']);
  const { context } = await launchBrowser(t, { permissions: [] });
  const page = await openPage(t, context, server.pageUrl('applicant'));
  const code = await page.evaluate(async () => (await started).session.probe().catch((error) => error.code));
  t.is(code, 'blocked');
});

test.serial('a call whose UDP breaks goes on over TCP', async (t) => {
  const people = await twoPeople(t);
  await meet(people);
  await seeEachOther(people);
  await Promise.all([noteFirstRestart(people.interviewer), noteFirstRestart(people.applicant)]);
  refuseUdp(t, people.server.ports);
  for (const page of [people.interviewer, people.applicant]) {
    const goesByTcp = async () => (await protocolsInUse(page)).join() === 'tcp';
    await until('the media goes over TCP', goesByTcp, { withinMs: 60_000 });
  }
  await Promise.all([
    waitForFrames(people.interviewer.locator('video')),
    waitForFrames(people.applicant.locator('video')),
  ]);
  await hearEachOther(people);
  for (const page of [people.interviewer, people.applicant])
    t.is(
      await page.evaluate(() => (globalThis as { stateAtRestart?: string }).stateAtRestart),
      'connected',
      'the silence is noticed before ICE says anything',
    );
});

/** Notes the session's state when the page first asks for a restart of ICE. */
function noteFirstRestart(page: Page): Promise<void> {
  return page.evaluate(async () => {
    const { session } = await started;
    const noted = globalThis as { stateAtRestart?: string };
    const { send } = WebSocket.prototype;
    WebSocket.prototype.send = function (this: WebSocket, data) {
      if (String(data).includes('"restartIce"')) noted.stateAtRestart ??= session.state.value;
      return send.call(this, data);
    };
  });
}
