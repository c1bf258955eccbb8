import { randomUUID } from 'node:crypto';
import type { ExecutionContext } from 'ava';
import type { CDPSession, Page } from 'playwright-core';
import { type App, startApp } from '../helpers/app.ts';
import { person } from '../helpers/interview.ts';
import { takePorts } from '../helpers/ports.ts';
import type { Figure } from './figures.ts';

const RUNS = 3;

/** As Chromium's own throttling takes them: bytes a second, milliseconds, and how many times slower the processor is. */
type Setting = { name: string; downBps: number; upBps: number; latencyMs: number; cpu: number };

const goodLine: Setting = { name: 'a good line', downBps: -1, upBps: -1, latencyMs: 0, cpu: 1 };
const phone: Setting = { name: 'a 4G phone', downBps: 2_500_000, upBps: 625_000, latencyMs: 85, cpu: 4 };

/** Milliseconds since the link was opened; bytes of the line check, as the page saw them. */
type Visit = { heading: number; oneself: number; button: number; waiting: number; down: number; up: number };

/** Who was never here opens the link: what is seen when, until the waiting room stands. */
export async function firstVisit(t: ExecutionContext): Promise<Figure[]> {
  const app = await startApp(t, { ports: takePorts(20) });
  const good = await visits(t, app, goodLine);
  const slow = await visits(t, app, phone);
  const megabytes = good.map(({ down, up }) => (down + up) / 1e6);
  return [
    figure(goodLine, 'the waiting room stands', good, 'waiting', 3_500),
    figure(phone, 'the heading is seen', slow, 'heading', 1_000),
    figure(phone, 'oneself is seen', slow, 'oneself', 2_000),
    figure(phone, 'the check’s button can be pressed', slow, 'button', 4_000),
    {
      what: 'Bytes of the line check on a good line, both ways',
      unit: 'MB',
      values: megabytes,
      goal: 'at most 12 MB',
      limit: 12,
    },
  ];
}

function figure(
  { name }: Setting,
  moment: string,
  made: Visit[],
  key: 'heading' | 'oneself' | 'button' | 'waiting',
  limit: number,
): Figure {
  const values = made.map((visit) => visit[key]);
  return { what: `On ${name}, until ${moment}`, unit: 'ms', values, goal: `at most ${limit} ms`, limit };
}

async function visits(t: ExecutionContext, app: App, setting: Setting): Promise<Visit[]> {
  const made: Visit[] = [];
  for (let run = 0; run < RUNS; run++) made.push(await visit(t, app, setting));
  return made;
}

async function visit(t: ExecutionContext, app: App, setting: Setting): Promise<Visit> {
  const { applicantUrl } = await app.createRoom(randomUUID());
  const applicant = await person(t, 'applicant', { colour: [150, 60, 190], hertz: 660 });
  const { page, context } = applicant;
  await context.addInitScript(recordMoments);
  const client = await context.newCDPSession(page);
  await throttle(client, setting);
  await applicant.arrive(applicantUrl);
  await applicant.button('参加をリクエストする').waitFor();
  const seen = await momentsOf(page);
  await context.close();
  return seen;
}

async function throttle(client: CDPSession, { downBps, upBps, latencyMs, cpu }: Setting): Promise<void> {
  await client.send('Network.enable');
  await client.send('Network.emulateNetworkConditions', {
    offline: false,
    latency: latencyMs,
    downloadThroughput: downBps,
    uploadThroughput: upBps,
  });
  await client.send('Emulation.setCPUThrottlingRate', { rate: cpu });
}

async function momentsOf(page: Page): Promise<Visit> {
  await page.waitForFunction(() =>
    Number.isFinite((window as unknown as { moments: Visit }).moments.oneself),
  );
  return await page.evaluate(() => (window as unknown as { moments: Visit }).moments);
}

/** In the page, at each frame: what is there to be seen. */
function recordMoments(): void {
  const later = Number.POSITIVE_INFINITY;
  const moments = { heading: later, oneself: later, button: later, waiting: later, down: 0, up: 0 };
  Object.assign(window, { moments });
  const buttons = () => [...document.querySelectorAll('button')];
  const canPress = (label: string) =>
    buttons().some((button) => button.textContent === label && !button.disabled);
  const isSeen = {
    heading: () => document.querySelector('h1') !== null,
    oneself: () => [...document.querySelectorAll('video')].some(({ videoWidth }) => videoWidth > 0),
    button: () => canPress('待機画面へ進む'),
    waiting: () => buttons().some(({ textContent }) => textContent === '参加をリクエストする'),
  };
  const look = () => {
    for (const [name, is] of Object.entries(isSeen) as [keyof typeof isSeen, () => boolean][])
      if (moments[name] === later && is()) moments[name] = performance.now();
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
  const { fetch } = window;
  window.fetch = async (input, init) => {
    const isMeasuring = String(input).includes('/api/speed/');
    const { body } = init ?? {};
    if (isMeasuring && ArrayBuffer.isView(body)) moments.up += body.byteLength;
    const answer = await fetch(input, init);
    if (!isMeasuring || !answer.body) return answer;
    const count = new TransformStream<Uint8Array, Uint8Array>({
      transform(bytes, controller) {
        moments.down += bytes.length;
        controller.enqueue(bytes);
      },
    });
    return new Response(answer.body.pipeThrough(count), answer);
  };
}
