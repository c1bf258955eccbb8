import test from 'ava';
import type { Page } from 'playwright-core';
import { launchBrowser, openPage, type Permission } from '../helpers/browser.ts';
import {
  fakeDevices,
  packetsSent,
  packetsWhenQuiet,
  protocolsInUse,
  waitForColour,
  waitForFrames,
  waitForTone,
} from '../helpers/fake-media.ts';
import type { MediaPage } from '../helpers/media-page.ts';
import { startMediaServer } from '../helpers/media-server.ts';
import { green, violet } from '../helpers/meeting.ts';
import { shareBrowsers } from '../helpers/shared-browsers.ts';
import { hearEachOther, join, meet, seeEachOther, twoPeople, warm } from '../helpers/two-pages.ts';

shareBrowsers(test);

declare const started: Promise<MediaPage>;
declare const mediaPage: MediaPage;

test.serial(
  'while waiting the transports connect and no packet leaves; let in, picture and sound arrive both ways',
  async (t) => {
    const people = await twoPeople(t);
    t.deepEqual(await packetsSent(people.interviewer), { audio: 0, video: 0 });
    t.deepEqual(await packetsSent(people.applicant), { audio: 0, video: 0 });
    await meet(people);
    await seeEachOther(people);
    await hearEachOther(people);
    t.deepEqual(await protocolsInUse(people.applicant), ['udp']);
  },
);

/** What the server says reaches the page's script a while later, as on a long line. */
function hearLate(): void {
  const onMessage = Object.getOwnPropertyDescriptor(WebSocket.prototype, 'onmessage');
  Object.defineProperty(WebSocket.prototype, 'onmessage', {
    set(this: WebSocket, heard: (event: MessageEvent) => void) {
      onMessage?.set?.call(this, (event: MessageEvent) => setTimeout(() => heard(event), 100));
    },
  });
}

test.serial(
  'who lets go of the media and wants it again at once has it, though it hears of the first late',
  async (t) => {
    const server = await startMediaServer(t);
    const [interviewer, applicant] = await Promise.all([
      join(t, server.pageUrl('interviewer'), await fakeDevices({ colour: green, hertz: 440 })),
      join(t, server.pageUrl('applicant'), await fakeDevices({ colour: violet, hertz: 660 }), hearLate),
    ]);
    const faults: string[] = [];
    applicant.on('console', (message) => message.type() === 'error' && faults.push(message.text()));
    await warm(interviewer);
    await applicant.evaluate(async () => {
      const { session } = await started;
      for (const ms of [0, 150, 50, 250]) {
        session.cool();
        session.warm().catch(() => undefined);
        await new Promise((resolve) => setTimeout(resolve, ms));
      }
    });
    await warm(applicant);
    const people = { interviewer, applicant };
    await meet(people);
    await seeEachOther(people);
    await hearEachOther(people);
    t.deepEqual(faults, []);
  },
);

test.serial('what is turned off is not sent, and comes back when turned on', async (t) => {
  const people = await twoPeople(t);
  await meet(people);
  await seeEachOther(people);
  const turn = (isOn: boolean) =>
    people.applicant.evaluate(async (on) => {
      const { turn } = await started;
      await Promise.all([turn('camera', on), turn('microphone', on)]);
    }, isOn);
  await turn(false);
  const sent = await packetsWhenQuiet(people.applicant);
  await waitForFrames(people.applicant.locator('video'), 15);
  t.deepEqual(await packetsSent(people.applicant), sent);
  await turn(true);
  await waitForFrames(people.interviewer.locator('video'));
  await seeEachOther(people);
  await hearEachOther(people);
});

test.serial('let go while it is still being made, nothing of it is left on the server', async (t) => {
  const server = await startMediaServer(t);
  const page = await join(t, server.pageUrl('applicant'), await fakeDevices({ colour: green, hertz: 440 }));
  const outcome = await page.evaluate(async () => {
    const { session, connection } = await started;
    const warming = session.warm();
    session.cool();
    await warming.catch(() => undefined);
    const after = await connection.request('createTransport', { direction: 'send' }).catch((error) => error);
    await session.warm();
    return { code: after.code, state: session.state.value };
  });
  t.is(outcome.code, 'wrong_state', 'openMedia was not asked for');
  t.not(outcome.state, 'trouble');
});

test.serial('a lost socket comes back and the call is not touched by it', async (t) => {
  const people = await twoPeople(t);
  await meet(people);
  await seeEachOther(people);
  const before = await trackOf(people.interviewer);
  people.server.cutSockets();
  for (const page of [people.interviewer, people.applicant]) {
    await page.waitForFunction(() => mediaPage.marks.joins === 2);
  }
  await waitForFrames(people.interviewer.locator('video'));
  t.is(await trackOf(people.interviewer), before);
  await seeEachOther(people);
});

/** The id of the picture that comes from the other side, once there is one. */
async function trackOf(page: Page, other?: string): Promise<string> {
  const found = await page.waitForFunction((not) => {
    const [remote] = mediaPage.session.remote.value.values();
    return remote?.video && remote.video.id !== not && remote.video.id;
  }, other);
  return (await found.jsonValue()) as string;
}

test.serial('when the media worker dies the call goes on in another one, without a reload', async (t) => {
  const people = await twoPeople(t);
  await meet(people);
  await seeEachOther(people);
  const before = await Promise.all([trackOf(people.interviewer), trackOf(people.applicant)]);
  people.server.killWorker();
  await Promise.all([trackOf(people.interviewer, before[0]), trackOf(people.applicant, before[1])]);
  await seeEachOther(people);
  await hearEachOther(people);
  t.pass();
});

test.serial('the check proves the way to the server over UDP, with no permission given', async (t) => {
  const server = await startMediaServer(t);
  const { context } = await launchBrowser(t, { permissions: [] });
  const page = await openPage(t, context, server.pageUrl('applicant'));
  const { protocol, roundTripMs } = await page.evaluate(async () => (await started).session.probe());
  t.is(protocol, 'udp');
  t.true(roundTripMs >= 0);
  t.deepEqual(await packetsWhenQuiet(page), await packetsSent(page));
});

for (const permissions of [[], ['microphone']] satisfies Permission[][]) {
  const given = permissions.length > 0 ? 'the microphone' : 'nothing';
  test.serial(`the check needs no gesture of the person, with ${given} allowed`, async (t) => {
    const server = await startMediaServer(t);
    const args = ['--autoplay-policy=document-user-activation-required'];
    const { context } = await launchBrowser(t, { permissions, args });
    const page = await openPage(t, context, 'about:blank');
    const told = page.waitForEvent('console', (message) => message.text().startsWith('probe '));
    await page.goto(server.pageUrl('applicant', '?probe'));
    t.is((await told).text(), 'probe udp');
  });
}

const devicesOf = (page: Page) =>
  page.evaluate(async () => {
    const { microphone, camera, problems } = (await started).devices;
    return { microphone: microphone.value !== null, camera: camera.value !== null, problems: problems.value };
  });

test.serial('a denied camera leaves the microphone, and is used once it is allowed', async (t) => {
  const server = await startMediaServer(t);
  const { colour, hertz } = { colour: violet, hertz: 660 };
  const interviewer = await join(t, server.pageUrl('interviewer'));
  const files = await fakeDevices({ colour, hertz });
  const applicant = await join(t, server.pageUrl('applicant'), { ...files, permissions: ['microphone'] });
  t.deepEqual(await devicesOf(applicant), {
    microphone: true,
    camera: false,
    problems: { microphone: null, camera: 'denied' },
  });
  await Promise.all([warm(interviewer), warm(applicant)]);
  await meet({ interviewer, applicant });
  await waitForTone(interviewer.locator('video'), hertz);
  await applicant.context().grantPermissions(['microphone', 'camera']);
  await applicant.evaluate(async () => (await started).devices.open());
  await waitForColour(interviewer.locator('video'), colour);
  t.pass();
});

test.serial('on a machine without devices both are missing, and one can still see and hear', async (t) => {
  const server = await startMediaServer(t);
  const applicant = await join(t, server.pageUrl('applicant'), { noDevices: true });
  const files = await fakeDevices({ colour: green, hertz: 440 });
  const interviewer = await join(t, server.pageUrl('interviewer'), files);
  t.deepEqual(await devicesOf(applicant), {
    microphone: false,
    camera: false,
    problems: { microphone: 'missing', camera: 'missing' },
  });
  await Promise.all([warm(interviewer), warm(applicant)]);
  await meet({ interviewer, applicant });
  await waitForColour(applicant.locator('video'), green);
  await waitForTone(applicant.locator('video'), 440);
  t.deepEqual(await packetsSent(applicant), { audio: 0, video: 0 });
});
