/** Noise suppression with a noisy microphone, in real Chromium under the product's own headers. */
import { writeFile } from 'node:fs/promises';
import test, { type ExecutionContext } from 'ava';
import { launchBrowser, openPage } from '../helpers/browser.ts';
import { type EffectsPage, startEffectsPage } from '../helpers/effects.ts';
import { deviceFile } from '../helpers/fake-media.ts';
import { noisySpeech } from '../helpers/noisy-speech.ts';
import { shareBrowsers } from '../helpers/shared-browsers.ts';

shareBrowsers(test);

declare const effects: EffectsPage['effects'];

let server: Awaited<ReturnType<typeof startEffectsPage>>;
test.before(async () => {
  server = await startEffectsPage();
});
test.after.always(() => server?.stop());

test.serial('the noise is 10 dB quieter and more, the voice is as loud as it was', async (t) => {
  const page = await open(t);
  const { before, after } = await page.evaluate(measure);
  t.log({ before, after });
  t.true(after.pauses < before.pauses - 10, `pauses from ${before.pauses} to ${after.pauses} dB`);
  t.true(Math.abs(after.voice - before.voice) < 3, `voice from ${before.voice} to ${after.voice} dB`);
});

test.serial('stopped, the made track has ended and the microphone goes on', async (t) => {
  const page = await open(t);
  const states = await page.evaluate(async () => {
    const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
    const [track] = stream.getAudioTracks() as [MediaStreamTrack];
    const suppression = await effects.createNoiseSuppression(track);
    suppression.stop();
    return [suppression.track.readyState, track.readyState];
  });
  t.deepEqual(states, ['ended', 'live']);
});

test.serial('everything comes from the server itself; what cannot be loaded is told', async (t) => {
  const page = await open(t, /404/);
  // The worklet's own script is not among them: Playwright does not tell of it.
  const asked: string[] = [];
  page.context().on('request', (request) => asked.push(request.url()));
  await page.evaluate(create);
  t.true(asked.length >= 1);
  t.true(asked.every((url) => url.startsWith(server.url)));
  await page.route('**/*.wasm', (route) => route.fulfill({ status: 404 }));
  await t.throwsAsync(page.evaluate(create), { message: /was answered with 404/ });
});

test.serial('a browser without WebAssembly says that it cannot', async (t) => {
  const page = await open(t);
  t.true(await page.evaluate(() => effects.noiseSuppressionSupported()));
  await page.evaluate(() => void Reflect.deleteProperty(globalThis, 'WebAssembly'));
  t.false(await page.evaluate(() => effects.noiseSuppressionSupported()));
  await t.throwsAsync(page.evaluate(create), { message: /this browser cannot suppress noise/ });
});

async function open(t: ExecutionContext, expected?: RegExp) {
  const microphone = await deviceFile('noisy.wav', (path) => writeFile(path, noisySpeech()));
  const { context } = await launchBrowser(t, { microphone });
  return openPage(t, context, server.url, expected);
}

// These run in the page.

async function create(): Promise<void> {
  const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
  const [track] = stream.getAudioTracks() as [MediaStreamTrack];
  (await effects.createNoiseSuppression(track)).stop();
}

/** Levels in dB of the microphone and of what is made of it, of the quiet and of the loud moments. */
async function measure() {
  const raw = { echoCancellation: false, noiseSuppression: false, autoGainControl: false };
  const stream = await navigator.mediaDevices.getUserMedia({ audio: raw });
  const [microphone] = stream.getAudioTracks() as [MediaStreamTrack];
  const { track } = await effects.createNoiseSuppression(microphone);
  const context = new AudioContext();
  const meters = [microphone, track].map((each) => {
    const analyser = new AnalyserNode(context, { fftSize: 2048 });
    context.createMediaStreamSource(new MediaStream([each])).connect(analyser);
    const samples = new Float32Array(analyser.fftSize);
    return () => {
      analyser.getFloatTimeDomainData(samples);
      const square = samples.reduce((sum, sample) => sum + sample ** 2, 0) / samples.length;
      return 10 * Math.log10(square + 1e-12);
    };
  });
  // It takes a moment to know the noise.
  await new Promise((resolve) => setTimeout(resolve, 3000));
  const levels: number[][] = [];
  for (let count = 0; count < 160; count++) {
    levels.push(meters.map((meter) => meter()));
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  const summary = (index: number) => {
    const sorted = levels.map((level) => level[index] as number).sort((a, b) => a - b);
    const at = (share: number) => Math.round(sorted[Math.floor(share * sorted.length)] as number);
    return { pauses: at(0.25), voice: at(0.85) };
  };
  return { before: summary(0), after: summary(1) };
}
