import { setTimeout as delay } from 'node:timers/promises';
import type { ExecutionContext } from 'ava';
import type { Page } from 'playwright-core';
import { startApp } from '../helpers/app.ts';
import { launchBrowser, openPage } from '../helpers/browser.ts';
import { fakeDevices, type Media, waitForFrames } from '../helpers/fake-media.ts';
import { person } from '../helpers/interview.ts';
import type { MediaPage } from '../helpers/media-page.ts';
import { startMediaServer } from '../helpers/media-server.ts';
import { takePorts } from '../helpers/ports.ts';
import { inContext } from './context.ts';
import type { Figure } from './figures.ts';
import { cpuMs, family, nameOf } from './processes.ts';

const ROUNDS = 5;
const SETTLE_MS = 8000;
const MEASURE_MS = 15_000;
const green: Media = { colour: [40, 160, 80], hertz: 440, framesPerSecond: 30 };
const violet: Media = { colour: [150, 60, 190], hertz: 660, framesPerSecond: 30 };

/** What two browsers in our call spend, against two on a bare page with the same streams, by turns. */
export async function pageCpu(): Promise<Figure[]> {
  const ratios: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const bare = await inContext(bareCall);
    const ours = await inContext(ourCall);
    ratios.push((100 * ours) / bare);
  }
  return [
    {
      what: 'CPU of the browsers in a call, against a bare page with the same streams',
      unit: '%',
      values: ratios,
      goal: 'at most 115 %',
      limit: 115,
    },
  ];
}

async function ourCall(t: ExecutionContext): Promise<number> {
  const app = await startApp(t, { ports: takePorts(20) });
  const { interviewerUrl, applicantUrl } = await app.createRoom('page-cpu');
  const interviewer = await person(t, 'interviewer', green);
  const applicant = await person(t, 'applicant', violet);
  await Promise.all([interviewer.arrive(interviewerUrl), applicant.arrive(applicantUrl)]);
  await interviewer.page.getByLabel('会社名').fill('株式会社例');
  await interviewer.page.getByLabel('お名前').fill('面接太郎');
  await interviewer.button('接続').click();
  await applicant.page.getByLabel('お名前').fill('応募花子');
  await applicant.button('参加をリクエストする').click();
  await interviewer.button('許可する').click();
  await Promise.all([interviewer.sees(violet.colour), applicant.sees(green.colour)]);
  return browserMs();
}

async function bareCall(t: ExecutionContext): Promise<number> {
  const server = await startMediaServer(t);
  const open = async (role: 'interviewer' | 'applicant', media: Media) => {
    const devices = await fakeDevices(media);
    const { context } = await launchBrowser(t, {
      ...devices,
      context: { viewport: { width: 1280, height: 800 } },
    });
    const page = await openPage(t, context, server.pageUrl(role));
    await page.evaluate(prepare);
    return page;
  };
  const [interviewer, applicant] = await Promise.all([open('interviewer', green), open('applicant', violet)]);
  await interviewer.evaluate(async () => void (await (await started()).enter()));
  const peerId = await applicant.evaluate(ask);
  await interviewer.evaluate(async (id) => (await started()).admit(id), peerId);
  await Promise.all(
    [interviewer, applicant].map((page: Page) => waitForFrames(page.locator('video').first())),
  );
  return browserMs();
}

// These run in the page, where test/helpers/media-page.ts has put `started`.
declare function started(): Promise<MediaPage>;

async function prepare(): Promise<void> {
  const page = globalThis as unknown as { started: Promise<MediaPage> | (() => Promise<MediaPage>) };
  const ready = page.started as Promise<MediaPage>;
  page.started = () => ready;
  const { devices, session } = await ready;
  await devices.open();
  await session.warm();
  // The other's picture as large as in our call, and one's own beside it.
  const style = document.createElement('style');
  style.textContent =
    'body{margin:0} video{width:1240px} video+video{width:200px;position:fixed;right:0;bottom:0}';
  document.head.append(style);
  const own = document.createElement('video');
  Object.assign(own, { autoplay: true, muted: true, playsInline: true });
  own.srcObject = new MediaStream([devices.camera.value as MediaStreamTrack]);
  document.body.append(own);
}

async function ask(): Promise<string> {
  const { connection, peerId } = await started();
  await connection.request('requestAdmission', { name: '応募花子' });
  return peerId;
}

/** Milliseconds of CPU that all browsers of this process spend while the call runs undisturbed. */
async function browserMs(): Promise<number> {
  await delay(SETTLE_MS);
  const pids = family(process.pid).filter((pid) => nameOf(pid).startsWith('chromium'));
  const spent = () => pids.reduce((sum, pid) => sum + cpuMs(pid), 0);
  const before = spent();
  await delay(MEASURE_MS);
  return spent() - before;
}
