/** What the server lets through: nothing to and from who waits or is held, no picture with sound only, less at a lower quality. */
import test, { type ExecutionContext } from 'ava';
import type { Page } from 'playwright-core';
import type { Quality } from '../../src/protocol/quality.ts';
import { launchBrowser, openPage } from '../helpers/browser.ts';
import {
  type Colour,
  fakeDevices,
  packetsSent,
  transportRates,
  waitForColour,
  waitForTone,
} from '../helpers/fake-media.ts';
import type { MediaPage } from '../helpers/media-page.ts';
import { watchMediaSent } from '../helpers/media-sent.ts';
import { startMediaServer } from '../helpers/media-server.ts';
import { green, violet } from '../helpers/meeting.ts';
import { shareBrowsers } from '../helpers/shared-browsers.ts';
import { until } from '../helpers/until.ts';

shareBrowsers(test);

declare const started: Promise<MediaPage>;

/** Bytes a second that keep a transport alive: ICE's checks and RTCP. A camera alone is more than 20,000. */
const IDLE = 2_500;

async function arrive(
  t: ExecutionContext,
  url: string,
  media: { colour: Colour; hertz: number },
): Promise<Page> {
  const { context } = await launchBrowser(t, await fakeDevices(media));
  const page = await openPage(t, context, url);
  await page.evaluate(async () => {
    const { devices, session } = await started;
    await devices.open();
    await session.warm();
  });
  return page;
}

async function twoPeople(t: ExecutionContext) {
  const mediaSent = watchMediaSent(t);
  const server = await startMediaServer(t);
  const interviewer = await arrive(t, server.pageUrl('interviewer'), { colour: green, hertz: 440 });
  const applicant = await arrive(t, server.pageUrl('applicant'), { colour: violet, hertz: 660 });
  await interviewer.evaluate(async () => void (await (await started).enter()));
  const peerId = await applicant.evaluate(async () => {
    const { connection, peerId: own } = await started;
    await connection.request('requestAdmission', { name: '応募' });
    return own;
  });
  const admit = () => interviewer.evaluate(async (id) => (await started).admit(id), peerId);
  const hold = (held: boolean) =>
    interviewer.evaluate(
      async (params) => void (await (await started).connection.request('setHold', params)),
      { peerId, held },
    );
  return { interviewer, applicant, admit, hold, mediaSent };
}

const insist = (page: Page) => page.evaluate(async () => (await started).insist());
const remoteCount = (page: Page) => page.evaluate(async () => (await started).remoteCount());
const setQuality = (page: Page, quality: Quality) =>
  page.evaluate(async (chosen) => (await started).setQuality(chosen), quality);

type People = { interviewer: Page; applicant: Page };

const seeEachOther = ({ interviewer, applicant }: People) =>
  Promise.all([
    waitForColour(interviewer.locator('video'), violet),
    waitForColour(applicant.locator('video'), green),
  ]);

const hearEachOther = ({ interviewer, applicant }: People) =>
  Promise.all([waitForTone(interviewer.locator('video'), 660), waitForTone(applicant.locator('video'), 440)]);

/** What comes to the applicant and the interviewer and leaves them, in bytes a second. */
const ratesOf = ({ interviewer, applicant }: People) =>
  Promise.all([transportRates(applicant), transportRates(interviewer)]);

/** Waits until what was on its way has come: both receive less than this, in bytes a second. */
async function receiveLess(people: People, limit: number): Promise<void> {
  const isSo = async () => (await ratesOf(people)).every(({ received }) => received < limit);
  await until(`both receive less than ${limit} bytes a second`, isSo, { withinMs: 60_000 });
}

/** The rates of a time in which the applicant's page sends more than sound. */
const ratesWhileSending = (people: People) =>
  until('the changed page sends', async () => {
    const rates = await ratesOf(people);
    return rates[0].sent > 10 * IDLE ? rates : null;
  });

/**
 * The changed page sends what it has, and neither it nor the other receives anything. By what the server sends: a page counts the words
 * about what it sends itself among what it receives.
 */
async function nothingPasses(
  t: ExecutionContext,
  people: People & { mediaSent: () => Promise<number> },
): Promise<void> {
  await until('what was on its way has come', async () => {
    const before = await people.mediaSent();
    await people.applicant.waitForTimeout(500);
    return (await people.mediaSent()) === before;
  });
  const before = await people.mediaSent();
  await ratesWhileSending(people);
  t.is((await people.mediaSent()) - before, 0, 'not a byte of sound or picture is sent to anyone');
  t.deepEqual([await remoteCount(people.applicant), await remoteCount(people.interviewer)], [0, 0]);
}

test.serial(
  'a changed page that sends and asks while it waits gets nothing, and gives nothing',
  async (t) => {
    const people = await twoPeople(t);
    await insist(people.applicant);
    await nothingPasses(t, people);
    await people.admit();
    await seeEachOther(people);
    await hearEachOther(people);
  },
);

test.serial(
  'a changed page that sends and asks while it is held gets nothing, and gives nothing',
  async (t) => {
    const people = await twoPeople(t);
    await people.admit();
    await seeEachOther(people);
    t.true((await people.mediaSent()) > 0, 'what is sent is counted');
    // The bare page of these tests takes no notice of a hold, and goes on sending.
    await people.hold(true);
    await nothingPasses(t, people);
    await insist(people.applicant);
    await nothingPasses(t, people);
    await people.hold(false);
    await seeEachOther(people);
    await hearEachOther(people);
  },
);

test.serial('with sound only no picture is sent or received, and the sound goes on', async (t) => {
  const people = await twoPeople(t);
  const { applicant } = people;
  await people.admit();
  await seeEachOther(people);
  await setQuality(applicant, 'audio');
  await receiveLess(people, 4 * IDLE);
  await until('no more packets of a picture are sent', async () => {
    const { video } = await packetsSent(applicant);
    await applicant.waitForTimeout(500);
    return (await packetsSent(applicant)).video === video;
  });
  const before = await packetsSent(applicant);
  const [there, here] = await ratesOf(people);
  const after = await packetsSent(applicant);
  t.is(after.video, before.video, 'not one packet of a picture is sent');
  t.true(after.audio > before.audio);
  for (const rate of [there.received, there.sent, here.received])
    t.true(rate < 4 * IDLE, `sound alone: ${rate}`);
  await hearEachOther(people);
  await setQuality(applicant, 'high');
  await seeEachOther(people);
});

test.serial(
  'sound only is the server’s as well: a changed page that sends a picture is not seen',
  async (t) => {
    const people = await twoPeople(t);
    await people.admit();
    await seeEachOther(people);
    await people.applicant.evaluate(
      async () => void (await (await started).connection.request('setQuality', { quality: 'audio' })),
    );
    await receiveLess(people, 4 * IDLE);
    const [there, here] = await ratesWhileSending(people);
    t.true(there.received < 4 * IDLE);
    t.true(here.received < 4 * IDLE);
  },
);

test.serial('a lower quality sends and receives a smaller picture', async (t) => {
  const people = await twoPeople(t);
  const { applicant, interviewer } = people;
  await people.admit();
  await seeEachOther(people);
  const width = (page: Page, wanted: number) =>
    page.waitForFunction((pixels) => document.querySelector('video')?.videoWidth === pixels, wanted);
  await Promise.all([width(interviewer, 640), width(applicant, 640)]);
  await setQuality(applicant, 'low');
  // What it sends and what it receives: the other still sends the whole picture.
  await Promise.all([width(interviewer, 320), width(applicant, 320)]);
  const layers = await applicant.evaluate(() =>
    (globalThis as unknown as { peerConnections: RTCPeerConnection[] }).peerConnections.flatMap(
      (connection) =>
        connection
          .getSenders()
          .flatMap((sender) => sender.getParameters().encodings)
          .filter(({ scaleResolutionDownBy }) => scaleResolutionDownBy !== undefined)
          .map(({ active }) => active),
    ),
  );
  t.deepEqual(layers, [true, false]);
  await setQuality(applicant, 'high');
  await Promise.all([width(interviewer, 640), width(applicant, 640)]);
});
