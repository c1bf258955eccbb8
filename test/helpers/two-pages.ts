/** Two people at the bare pages of `startMediaServer`, each with a browser of their own, whose pictures and voices are known. */
import type { ExecutionContext } from 'ava';
import type { Page } from 'playwright-core';
import { type LaunchOptions, launchBrowser, openPage } from './browser.ts';
import { fakeDevices, waitForColour, waitForTone } from './fake-media.ts';
import type { MediaPage } from './media-page.ts';
import { type MediaServer, startMediaServer } from './media-server.ts';
import { green, violet } from './meeting.ts';

// In the page.
declare const started: Promise<MediaPage>;
declare const mediaPage: MediaPage;

export async function join(
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

export async function warm(page: Page): Promise<void> {
  await page.evaluate(async () => (await started).session.warm());
  await page.waitForFunction(() => mediaPage.session.state.value === 'connected', undefined, {
    timeout: 60_000,
  });
}

export async function twoPeople(t: ExecutionContext, prepare: (server: MediaServer) => void = () => {}) {
  const server = await startMediaServer(t);
  prepare(server);
  const [interviewer, applicant] = await Promise.all([
    join(t, server.pageUrl('interviewer'), await fakeDevices({ colour: green, hertz: 440 })),
    join(t, server.pageUrl('applicant'), await fakeDevices({ colour: violet, hertz: 660 })),
  ]);
  await Promise.all([warm(interviewer), warm(applicant)]);
  return { server, interviewer, applicant };
}

export type People = { interviewer: Page; applicant: Page };

export async function meet({ interviewer, applicant }: People): Promise<void> {
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

export async function seeEachOther({ interviewer, applicant }: People): Promise<void> {
  await Promise.all([
    waitForColour(interviewer.locator('video'), violet),
    waitForColour(applicant.locator('video'), green),
  ]);
}

export async function hearEachOther({ interviewer, applicant }: People): Promise<void> {
  await Promise.all([
    waitForTone(interviewer.locator('video'), 660),
    waitForTone(applicant.locator('video'), 440),
  ]);
}
