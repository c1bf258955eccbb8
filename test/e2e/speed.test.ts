/** 「回線速度」 on lines of a known width: a network namespace whose both directions are shaped. */
import test from 'ava';
import { build } from 'esbuild';
import { launchBrowser, openPage } from '../helpers/browser.ts';
import { makeLine } from '../helpers/netns.ts';
import { startServer } from '../helpers/server.ts';

type Speed = { downMbps: number; upMbps: number };
declare const speed: typeof import('../../src/web/media/speed.ts');

/** A line has an address that is not this machine's own name: the browser says what it does not do there. */
const atPlainHttp = /Cross-Origin-Opener-Policy|net::ERR_/;

/** Of what is on the wire: Ethernet, IP and TCP headers of full packets leave 1448 of 1514 bytes. */
const PAYLOAD = 1448 / 1514;

async function measuring(t: Parameters<typeof makeLine>[0]) {
  const line = await makeLine(t);
  const server = await startServer(t, { 'http.host': '0.0.0.0' });
  const { tokens } = await server.room();
  const { context } = await launchBrowser(t, { executablePath: line.chromium });
  const page = await openPage(t, context, `http://${line.hostAddress}:${server.port}/`, atPlainHttp);
  const entry = new URL('../../src/web/media/speed.ts', import.meta.url).pathname;
  const bundled = await build({
    ...{ entryPoints: [entry], bundle: true, write: false, format: 'iife', globalName: 'speed' },
  });
  const [{ text } = { text: '' }] = bundled.outputFiles;
  await page.evaluate(`${text}; globalThis.speed = speed`);
  const measure = () =>
    page.evaluate(async (token): Promise<Speed & { ms: number; steps: number[] }> => {
      const began = performance.now();
      const steps: number[] = [];
      const found = await speed.measureSpeed({ token, onProgress: (step) => steps.push(step) });
      return { ...found, steps, ms: performance.now() - began };
    }, tokens.applicant);
  return { line, page, measure };
}

const within = (measured: number, shaped: number) => Math.abs(measured / (shaped * PAYLOAD) - 1) < 0.15;

test.serial('the figures are what the line allows, from 2 to 50 Mbps, in each direction', async (t) => {
  const { line, measure } = await measuring(t);
  const lines = [
    ...[2, 4, 10, 20, 50].map((mbps) => ({ downMbps: mbps, upMbps: mbps })),
    ...[
      { downMbps: 20, upMbps: 4 },
      { downMbps: 4, upMbps: 20 },
    ],
  ];
  for (const rates of lines) {
    line.shape(rates);
    const { downMbps, upMbps, steps } = await measure();
    const told = `${rates.downMbps}/${rates.upMbps}: ${downMbps.toFixed(2)}/${upMbps.toFixed(2)}`;
    t.log(told);
    t.true(within(downMbps, rates.downMbps), `down ${told}`);
    t.true(within(upMbps, rates.upMbps), `up ${told}`);
    t.deepEqual(
      steps,
      steps.toSorted((a, b) => a - b),
      'the bar never goes back',
    );
    t.is(steps.at(-1), 1);
  }
});

test.serial('a line that is cut is told, and not waited for', async (t) => {
  const { page, line, measure } = await measuring(t);
  line.shape({ downMbps: 10, upMbps: 10 });
  const measured = t.throwsAsync(measure());
  await page.waitForTimeout(1000);
  line.cut();
  const error = await measured;
  t.regex(error?.message ?? '', /nothing could be transferred/);
});
