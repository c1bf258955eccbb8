import test, { type ExecutionContext } from 'ava';
import type { Page } from 'playwright-core';
import { type LaunchOptions, launchBrowser, openPage } from '../helpers/browser.ts';
import { fakeDevices } from '../helpers/fake-media.ts';
import type { MediaPage } from '../helpers/media-page.ts';
import { startMediaServer } from '../helpers/media-server.ts';
import { shareBrowsers } from '../helpers/shared-browsers.ts';

shareBrowsers(test);

declare const mediaPage: MediaPage;

async function start(t: ExecutionContext, options: LaunchOptions = {}): Promise<Page> {
  const { pageUrl } = await startMediaServer(t);
  const { context } = await launchBrowser(t, options);
  const page = await openPage(t, context, pageUrl('applicant'));
  await page.waitForFunction(() => 'mediaPage' in globalThis);
  return page;
}

const open = (page: Page) =>
  page.evaluate(async () => {
    await mediaPage.devices.open();
    return mediaPage.devices.problems.value;
  });

/** From now on getUserMedia fails with this name for what `kinds` names. */
const failWith = (page: Page, name: string, kinds: ('audio' | 'video')[]) =>
  page.evaluate(
    ([errorName, failing]) => {
      const devices = navigator.mediaDevices;
      const real = MediaDevices.prototype.getUserMedia.bind(devices);
      devices.getUserMedia = (wanted) =>
        failing.some((kind) => wanted?.[kind])
          ? Promise.reject(new DOMException('', errorName))
          : real(wanted);
    },
    [name, kinds] as const,
  );

test.serial(
  'a camera that another program holds is busy, the microphone works, and trying again helps',
  async (t) => {
    const page = await start(t);
    await failWith(page, 'NotReadableError', ['video']);
    t.deepEqual(await open(page), { microphone: null, camera: 'busy' });
    t.true(await page.evaluate(() => mediaPage.devices.microphone.value?.readyState === 'live'));
    await failWith(page, 'NotReadableError', []);
    t.deepEqual(await open(page), { microphone: null, camera: null });
    t.true(await page.evaluate(() => mediaPage.devices.camera.value?.readyState === 'live'));
  },
);

test.serial('both refused are both denied', async (t) => {
  const page = await start(t, { permissions: [] });
  t.deepEqual(await open(page), { microphone: 'denied', camera: 'denied' });
});

test.serial('where there is no secure context it says so', async (t) => {
  const page = await start(t);
  await page.evaluate(() => Object.defineProperty(globalThis, 'isSecureContext', { value: false }));
  t.deepEqual(await open(page), { microphone: 'insecure', camera: 'insecure' });
});

test.serial('a device that ends is replaced by the default one', async (t) => {
  const page = await start(t);
  await open(page);
  const ended = await page.evaluate(() => {
    const track = mediaPage.devices.microphone.value;
    track?.dispatchEvent(new Event('ended'));
    return track?.id;
  });
  await page.waitForFunction((old) => {
    const track = mediaPage.devices.microphone.value;
    return track?.readyState === 'live' && track.id !== old;
  }, ended);
  t.pass();
});

test.serial('a device that was plugged in is taken up by itself', async (t) => {
  const page = await start(t);
  await failWith(page, 'NotFoundError', ['audio']);
  t.deepEqual(await open(page), { microphone: 'missing', camera: null });
  await failWith(page, 'NotFoundError', []);
  await page.evaluate(() => navigator.mediaDevices.dispatchEvent(new Event('devicechange')));
  await page.waitForFunction(() => mediaPage.devices.microphone.value !== null);
  t.deepEqual(await open(page), { microphone: null, camera: null });
});

test.serial('stopped, no device is held, and opening works again', async (t) => {
  const page = await start(t);
  await open(page);
  const states = await page.evaluate(() => {
    const { devices } = mediaPage;
    const tracks = [devices.microphone.value, devices.camera.value];
    devices.stop();
    return [...tracks.map((track) => track?.readyState), devices.microphone.value, devices.camera.value];
  });
  t.deepEqual(states, ['ended', 'ended', null, null]);
  await open(page);
  t.true(await page.evaluate(() => mediaPage.devices.microphone.value?.readyState === 'live'));
});

test.serial('the level follows the voice, and ends at nothing', async (t) => {
  const page = await start(t, await fakeDevices({ colour: [0, 0, 0], hertz: 440 }));
  await open(page);
  const last = await page.evaluate(async () => {
    const track = mediaPage.devices.microphone.value;
    if (!track) throw new Error('no microphone');
    const levels: number[] = [];
    const stop = mediaPage.watchLevel(track, (level) => levels.push(level));
    const until = async (what: string, reached: (level: number) => boolean) => {
      for (const end = performance.now() + 30_000; !reached(levels.at(-1) ?? 0.5); ) {
        if (performance.now() > end)
          throw new Error(`not within 30 s: ${what} (last: ${levels.slice(-5).join()})`);
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    };
    await until('a level as of a voice', (level) => level > 0.6);
    await until('a level as of silence', (level) => level < 0.2);
    stop();
    return levels.at(-1);
  });
  t.is(last, 0);
});

test.serial('the sound of a request is heard, and can be stopped', async (t) => {
  const page = await start(t);
  await page.evaluate(() => mediaPage.playRequestSound('medium'));
  await page.evaluate(() => mediaPage.startRequestSound(() => 'low')());
  t.pass();
});
