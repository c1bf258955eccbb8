/** A call through the relay for longer than its credentials hold, and over a break of the relay. */
import test, { type ExecutionContext } from 'ava';
import type { Page } from 'playwright-core';
import { turnOutcome } from '../../src/cli/check/turn.ts';
import { turnRelay } from '../../src/server/media/turn.ts';
import { launchBrowser, openPage } from '../helpers/browser.ts';
import { relayPorts, startCoturn } from '../helpers/coturn.ts';
import {
  type Colour,
  fakeDevices,
  waitForColour,
  waitForFrames,
  waitForTone,
  waysInUse,
} from '../helpers/fake-media.ts';
import { refuseAllButRelay } from '../helpers/firewall.ts';
import type { MediaPage } from '../helpers/media-page.ts';
import { type MediaServer, startMediaServer } from '../helpers/media-server.ts';
import { green, violet } from '../helpers/meeting.ts';
import { shareBrowsers } from '../helpers/shared-browsers.ts';
import { until } from '../helpers/until.ts';

shareBrowsers(test);

declare const started: Promise<MediaPage>;

const stateOf = (page: Page) => page.evaluate(async () => (await started).session.state.value);

/** Two bare pages in a call. */
async function callAt(t: ExecutionContext, server: MediaServer) {
  const open = async (role: 'interviewer' | 'applicant', colour: Colour, hertz: number) => {
    const { context } = await launchBrowser(t, await fakeDevices({ colour, hertz }));
    const page = await openPage(t, context, server.pageUrl(role));
    await page.evaluate(async () => {
      const { devices, session } = await started;
      await devices.open();
      await session.warm();
    });
    return page;
  };
  const [interviewer, applicant] = await Promise.all([
    open('interviewer', green, 440),
    open('applicant', violet, 660),
  ]);
  await interviewer.evaluate(async () => void (await (await started).enter()));
  const peerId = await applicant.evaluate(async () => {
    const { connection, peerId: own } = await started;
    await connection.request('requestAdmission', { name: '応募' });
    return own;
  });
  await interviewer.evaluate(async (id) => (await started).admit(id), peerId);
  const talk = async () => {
    await Promise.all([
      waitForColour(interviewer.locator('video'), violet),
      waitForColour(applicant.locator('video'), green),
    ]);
    for (const page of [interviewer, applicant]) await waitForFrames(page.locator('video'));
    await Promise.all([
      waitForTone(interviewer.locator('video'), 660),
      waitForTone(applicant.locator('video'), 440),
    ]);
  };
  return { interviewer, applicant, talk };
}

test.serial(
  'a call goes on through the relay beyond its first credentials, and comes back with fresh ones after a break',
  async (t) => {
    // A relay that was given lasts 6 s, unless it is asked for again.
    const coturn = await startCoturn(t, undefined, ['--max-allocate-lifetime=6']);
    const { urls, secret } = coturn;
    const server = await startMediaServer(t, { relay: turnRelay({ urls, secret, ttlSeconds: 10 }) });
    refuseAllButRelay(t, server.ports, relayPorts);
    const { interviewer, applicant, talk } = await callAt(t, server);
    const pages = [interviewer, applicant];
    await talk();
    for (const page of pages) t.deepEqual(await waysInUse(page), ['relay tcp', 'relay tcp']);
    const first = await interviewer.evaluate(async () => (await started).iceServers[0]);
    const expiry = Number(first?.username?.split(':')[0]) * 1000;
    await interviewer.waitForTimeout(Math.max(0, expiry + 2500 - Date.now()));

    const [url] = urls as [string];
    t.is((await turnOutcome(url, first)).text, `${url} refuses our password`);
    await talk();
    for (const page of pages) t.deepEqual(await waysInUse(page), ['relay tcp', 'relay tcp']);

    await coturn.kill();
    for (const page of pages) {
      const isInTrouble = async () => (await stateOf(page)) === 'trouble';
      await until('the page knows of the break', isInTrouble, { withinMs: 90_000 });
    }
    await coturn.start();
    const from = performance.now();
    for (const page of pages) {
      const isConnected = async () => (await stateOf(page)) === 'connected';
      await until('the page is connected again', isConnected, { withinMs: 90_000 });
    }
    await talk();
    t.log(`picture and sound again ${((performance.now() - from) / 1000).toFixed(1)} s after the relay was`);
  },
);
