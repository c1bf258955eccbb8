/** The background with a real person on the camera, in real Chromium under the product's own headers. */
import test from 'ava';
import type { Page } from 'playwright-core';
import {
  type EffectsPage,
  openEffects,
  pixels,
  showBackground,
  startEffectsPage,
} from '../helpers/effects.ts';
import { isNear, waitForFrames } from '../helpers/fake-media.ts';
import { shareBrowsers } from '../helpers/shared-browsers.ts';

shareBrowsers(test);

type Point = [x: number, y: number];
// The test's own page has them; see test/helpers/effects-page.ts.
declare const effects: EffectsPage['effects'];
declare const state: EffectsPage['state'];

const green = '#00ff00';
const blue = '#0000ff';

let server: Awaited<ReturnType<typeof startEffectsPage>>;
test.before(async () => {
  server = await startEffectsPage();
});
test.after.always(() => server?.stop());

/** The person's outline in test/fixtures/person.jpg, drawn by hand. */
const outline: Point[] = [
  ...([
    [55, 360],
    [62, 325],
    [100, 280],
    [145, 255],
    [142, 235],
    [170, 198],
    [195, 183],
    [231, 178],
  ] as Point[]),
  ...([
    [222, 148],
    [198, 125],
    [193, 75],
    [215, 40],
    [245, 18],
    [290, 10],
    [335, 25],
    [365, 55],
  ] as Point[]),
  ...([
    [377, 95],
    [368, 132],
    [340, 160],
    [322, 205],
    [350, 225],
    [374, 260],
    [382, 295],
  ] as Point[]),
  ...([
    [410, 306],
    [428, 330],
    [442, 360],
  ] as Point[]),
];
const onPerson: Point[] = [
  [280, 150],
  [240, 140],
  [300, 50],
  [360, 90],
  [260, 250],
  [110, 330],
  [390, 330],
];
const onBackground: Point[] = [
  [10, 10],
  [630, 10],
  [150, 100],
  [420, 100],
  [40, 250],
  [500, 330],
  [630, 350],
];

test.serial(
  'the person stays as on the camera, all else becomes the picture, along the person’s edge',
  async (t) => {
    const page = await openEffects(t, server.url);
    await showBackground(page, green);
    const { camera, made } = await pixels(page);
    for (const [x, y] of onPerson) t.true(isNear(made.at(x, y), camera.at(x, y), 25), `person at ${x}, ${y}`);
    for (const [x, y] of onBackground)
      t.true(isNear(made.at(x, y), [0, 255, 0], 25), `picture at ${x}, ${y}`);
    const overlap = overlapOf((x, y) => !isNear(made.at(x, y), [0, 255, 0], 60));
    t.log(`intersection over union with the outline: ${overlap.toFixed(3)}`);
    t.true(overlap > 0.93, String(overlap));
  },
);

test.serial(
  'blurred, the background keeps its colours and loses its detail, and the person is sharp',
  async (t) => {
    const page = await openEffects(t, server.url);
    await showBackground(page, 'blur');
    const { camera, made } = await pixels(page);
    const flag: Area = [0, 0, 110, 240];
    const face: Area = [240, 100, 330, 190];
    t.true(made.detail(flag) < camera.detail(flag) / 5, `${made.detail(flag)} of ${camera.detail(flag)}`);
    t.true(made.detail(face) > camera.detail(face) * 0.8, `${made.detail(face)} of ${camera.detail(face)}`);
    t.true(isNear(made.mean(flag), camera.mean(flag), 20));
    // The dark hair does not shine into the light wall beside it.
    t.true(isNear(made.at(410, 60), camera.at(410, 60), 25));
  },
);

test.serial(
  'another background is there at once, in the same track; one that is not a picture changes nothing',
  async (t) => {
    const page = await openEffects(t, server.url);
    await showBackground(page, green);
    const before = await page.evaluate(() => state.background?.track.id);
    await setMode(page, blue);
    t.true(isNear((await pixels(page)).made.at(10, 10), [0, 0, 255], 25));
    await setMode(page, 'blur');
    const { camera, made } = await pixels(page);
    t.true(isNear(made.mean([0, 0, 30, 30]), camera.mean([0, 0, 30, 30]), 25));
    await setMode(page, 'wall');
    const wall = (await pixels(page)).made.at(10, 10);
    t.true(Math.min(...wall) > 200, String(wall));
    t.is(await page.evaluate(() => state.background?.track.id), before);

    const image = () => state.background?.setMode({ kind: 'image', image: new Blob(['no picture']) });
    await t.throwsAsync(page.evaluate(image));
    t.true(isNear((await pixels(page)).made.at(10, 10), wall, 10));
  },
);

test.serial('everything comes from the server itself, and only when it is asked for', async (t) => {
  const page = await openEffects(t, server.url);
  const asked: string[] = [];
  page.context().on('request', (request) => asked.push(request.url()));
  t.true(await page.evaluate(() => effects.backgroundSupported()));
  t.deepEqual(asked, []);
  await showBackground(page, 'office');
  const { origin } = new URL(page.url());
  t.true(asked.length >= 5, asked.join('\n'));
  t.deepEqual(
    asked.filter((url) => !/^(blob|data):/.test(url) && new URL(url).origin !== origin),
    [],
  );
});

test.serial('stopped, the made track has ended and the camera goes on', async (t) => {
  const page = await openEffects(t, server.url);
  await showBackground(page, green);
  const states = await page.evaluate(() => {
    state.background?.stop();
    return [state.background?.track.readyState, state.camera?.readyState];
  });
  t.deepEqual(states, ['ended', 'live']);
  await showBackground(page, blue);
  t.true(isNear((await pixels(page)).made.at(10, 10), [0, 0, 255], 25));
});

test.serial('without streams of frames, as in Firefox, it goes through a canvas', async (t) => {
  const page = await openEffects(t, server.url, {
    before: () => void Reflect.deleteProperty(globalThis, 'MediaStreamTrackProcessor'),
  });
  await showBackground(page, green);
  const { camera, made } = await pixels(page);
  t.true(isNear(made.at(280, 150), camera.at(280, 150), 25));
  t.true(isNear(made.at(10, 10), [0, 255, 0], 25));
  await setMode(page, blue);
  t.true(isNear((await pixels(page)).made.at(10, 10), [0, 0, 255], 25));
  await page.evaluate(() => state.background?.stop());
  t.is(await page.evaluate(() => state.camera?.readyState), 'live');
});

test.serial('a browser without WebAssembly and a phone say that they cannot', async (t) => {
  const page = await openEffects(t, server.url, {
    before: () => void Reflect.deleteProperty(globalThis, 'WebAssembly'),
  });
  t.false(await page.evaluate(() => effects.backgroundSupported()));
  await t.throwsAsync(showBackground(page, green), { message: /this browser cannot change the background/ });

  const userAgent =
    'Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 Chrome/156.0.0.0 Mobile Safari/537.36';
  const phone = await openEffects(t, server.url, { context: { userAgent } });
  t.false(await phone.evaluate(() => effects.backgroundSupported()));
});

for (const [what, pattern] of Object.entries({
  worker: '**/background-*.js',
  WebAssembly: '**/*.wasm',
  model: '**/*.tflite',
})) {
  test.serial(`a ${what} that cannot be loaded is told, and the camera goes on`, async (t) => {
    const page = await openEffects(t, server.url, { expected: /404|wasm|Aborted/ });
    await page.context().route(pattern, (route) => route.fulfill({ status: 404 }));
    await t.throwsAsync(showBackground(page, green), { message: /the background could not be loaded: ./ });
    t.is(await page.evaluate(() => state.camera?.readyState), 'live');
  });
}

async function setMode(page: Page, mode: string): Promise<void> {
  await page.evaluate(async (wanted) => state.background?.setMode(await effects.modeOf(wanted)), mode);
  await waitForFrames(page.locator('video'));
}

type Area = [left: number, top: number, right: number, bottom: number];

/** Intersection over union of what `isPerson` and what the outline holds. */
function overlapOf(isPerson: (x: number, y: number) => boolean): number {
  let [both, either] = [0, 0];
  for (let y = 0; y < 360; y += 2) {
    for (let x = 0; x < 640; x += 2) {
      const [found, wanted] = [isPerson(x, y), isWithin(outline, x, y)];
      both += Number(found && wanted);
      either += Number(found || wanted);
    }
  }
  return both / either;
}

/** Whether a ray to the right leaves the polygon an odd number of times. */
function isWithin(polygon: Point[], x: number, y: number): boolean {
  let inside = false;
  for (const [index, [x1, y1]] of polygon.entries()) {
    const [x2, y2] = polygon.at(index - 1) as Point;
    if (y1 > y !== y2 > y && x < ((x2 - x1) * (y - y1)) / (y2 - y1) + x1) inside = !inside;
  }
  return inside;
}
