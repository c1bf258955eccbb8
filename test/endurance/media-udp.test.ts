import test, { type ExecutionContext } from 'ava';
import type { Page } from 'playwright-core';
import { type LaunchOptions, launchBrowser, openPage } from '../helpers/browser.ts';
import {
  type Colour,
  fakeDevices,
  protocolsInUse,
  waitForColour,
  waitForFrames,
  waitForTone,
} from '../helpers/fake-media.ts';
import { refuseUdp } from '../helpers/firewall.ts';
import type { MediaPage } from '../helpers/media-page.ts';
import { type MediaServer, startMediaServer } from '../helpers/media-server.ts';
import { shareBrowsers } from '../helpers/shared-browsers.ts';
import { until } from '../helpers/until.ts';

shareBrowsers(test);

declare const started: Promise<MediaPage>;
declare const mediaPage: MediaPage;

const green: Colour = [40, 160, 80];
const violet: Colour = [150, 60, 190];

async function join(
  t: ExecutionContext,
  url: string,
  options: LaunchOptions = {},
  init: () => void = () => {},
): Promise<Page> {
  const { context } = await launchBrowser(t, options);
  await context.addInitScript(init);
  const page = await openPage(t, context, url);
  await page.evaluate(async () => {
    const { devices } = await started;
    await devices.open();
  });
  return page;
}

async function warm(page: Page): Promise<void> {
  await page.evaluate(async () => (await started).session.warm());
  await page.waitForFunction(() => mediaPage.session.state.value === 'connected', undefined, {
    timeout: 60_000,
  });
}

async function twoPeople(t: ExecutionContext, prepare: (server: MediaServer) => void = () => {}) {
  const server = await startMediaServer(t);
  prepare(server);
  const [interviewer, applicant] = await Promise.all([
    join(t, server.pageUrl('interviewer'), await fakeDevices({ colour: green, hertz: 440 })),
    join(t, server.pageUrl('applicant'), await fakeDevices({ colour: violet, hertz: 660 })),
  ]);
  await Promise.all([warm(interviewer), warm(applicant)]);
  return { server, interviewer, applicant };
}

type People = { interviewer: Page; applicant: Page };

async function meet({ interviewer, applicant }: People): Promise<void> {
  await interviewer.evaluate(async () => {
    await (await started).enter();
  });
  const peerId = await applicant.evaluate(async () => {
    const { connection, peerId: own } = await started;
    await connection.request('requestAdmission', { name: '応募' });
    return own;
  });
  await interviewer.evaluate(async (id) => (await started).admit(id), peerId);
}

async function seeEachOther({ interviewer, applicant }: People): Promise<void> {
  await Promise.all([
    waitForColour(interviewer.locator('video'), violet),
    waitForColour(applicant.locator('video'), green),
  ]);
}

async function hearEachOther({ interviewer, applicant }: People): Promise<void> {
  await Promise.all([
    waitForTone(interviewer.locator('video'), 660),
    waitForTone(applicant.locator('video'), 440),
  ]);
}

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
