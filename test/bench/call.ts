import { setTimeout as delay } from 'node:timers/promises';
import type { ExecutionContext } from 'ava';
import { startApp } from '../helpers/app.ts';
import { type Person, person } from '../helpers/interview.ts';
import { takePorts } from '../helpers/ports.ts';
import type { Figure } from './figures.ts';
import { cpuMs, family, nameOf } from './processes.ts';

const RUNS = 10;
const CALL_MS = 20_000;

/** 「許可する」 to the first frame of the other's picture on both sides, and whose CPU the call then takes. */
export async function call(t: ExecutionContext): Promise<Figure[]> {
  const app = await startApp(t, { ports: takePorts(20) });
  const { interviewerUrl, applicantUrl } = await app.createRoom('call');
  const interviewer = await person(t, 'interviewer', { colour: [40, 160, 80], hertz: 440 });
  const applicant = await person(t, 'applicant', { colour: [150, 60, 190], hertz: 660 });
  for (const { context } of [interviewer, applicant]) await context.addInitScript(recordFirstFrames);
  await Promise.all([interviewer.arrive(interviewerUrl), applicant.arrive(applicantUrl)]);
  await interviewer.page.getByLabel('会社名').fill('株式会社例');
  await interviewer.page.getByLabel('お名前').fill('面接太郎');
  await interviewer.button('接続').click();
  await applicant.page.getByLabel('お名前').fill('応募花子');
  const admissions: number[] = [];
  for (let run = 0; run < RUNS; run++) {
    if (run > 0) await comeBack(applicant);
    admissions.push(await admit(interviewer, applicant));
  }
  return [
    {
      what: '「許可する」 to the first frame on both sides',
      unit: 'ms',
      values: admissions,
      goal: 'at most 500 ms (a peer: 780 ms)',
      limit: 500,
    },
    {
      what: 'Node’s share of the server’s CPU in a call',
      unit: '%',
      values: [await nodeShare(app.pid)],
      goal: 'at most 5 %',
      limit: 5,
    },
  ];
}

async function comeBack(applicant: Person): Promise<void> {
  await applicant.button('退出').click();
  const dialog = applicant.page.getByRole('dialog').getByRole('button', { name: /退出/ });
  const again = applicant.button('再接続');
  await dialog.or(again).first().waitFor();
  if (await dialog.isVisible()) await dialog.click();
  await again.click();
}

/** Both pages are on one machine, so their clocks are one. */
async function admit(interviewer: Person, applicant: Person): Promise<number> {
  await applicant.button('参加をリクエストする').click();
  const allow = interviewer.button('許可する');
  await allow.waitFor();
  // As in life: the transports have been ready for a while when the interviewer presses.
  await delay(1000);
  const forget = () => Object.assign(globalThis, { firstFrameAt: null });
  await Promise.all([interviewer.page.evaluate(forget), applicant.page.evaluate(forget)]);
  const pressed = await allow.evaluate((button) => {
    (button as HTMLButtonElement).click();
    return performance.timeOrigin + performance.now();
  });
  const frames = [interviewer, applicant].map(async ({ page }) => {
    const seen = await page.waitForFunction(() => (globalThis as { firstFrameAt?: number }).firstFrameAt);
    return (await seen.jsonValue()) as number;
  });
  return Math.max(...(await Promise.all(frames))) - pressed;
}

async function nodeShare(pid: number): Promise<number> {
  const pids = family(pid);
  const before = pids.map(cpuMs);
  await delay(CALL_MS);
  const spent = pids.map((each, i) => cpuMs(each) - (before[i] ?? 0));
  const node = pids.reduce((sum, each, i) => (isWorker(each) ? sum : sum + (spent[i] ?? 0)), 0);
  return (100 * node) / spent.reduce((sum, ms) => sum + ms, 0);
}

const isWorker = (pid: number) => nameOf(pid).startsWith('mediasoup');

// Runs in the page, before its own scripts. The first frame of a picture that came over the network.
function recordFirstFrames(): void {
  const received = new Set<string>();
  globalThis.RTCPeerConnection = class extends RTCPeerConnection {
    constructor(configuration?: RTCConfiguration) {
      super(configuration);
      this.addEventListener('track', ({ track }) => received.add(track.id));
    }
  };
  const watch = (video: HTMLVideoElement) =>
    video.requestVideoFrameCallback((now) => {
      const [track] = (video.srcObject as MediaStream | null)?.getVideoTracks() ?? [];
      const page = globalThis as { firstFrameAt?: number | null };
      if (track && received.has(track.id)) page.firstFrameAt ??= performance.timeOrigin + now;
      else watch(video);
    });
  new MutationObserver((changes) => {
    for (const node of changes.flatMap(({ addedNodes }) => [...addedNodes])) {
      if (!(node instanceof HTMLElement)) continue;
      if (node instanceof HTMLVideoElement) watch(node);
      for (const video of node.querySelectorAll('video')) watch(video);
    }
  }).observe(document, { childList: true, subtree: true });
}
