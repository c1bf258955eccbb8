/** What is on and cannot be sent, by a fault of the browser or a refusal of the server: both are told, it is tried again, and there is a way out. */
import test, { type ExecutionContext } from 'ava';
import type { BrowserContext } from 'playwright-core';
import type { Person } from '../helpers/interview.ts';
import { type Meeting, meet, violet } from '../helpers/meeting.ts';
import { shareBrowsers } from '../helpers/shared-browsers.ts';
import { becomes } from '../helpers/until.ts';

shareBrowsers(test);

type Fault = 'addTransceiver' | 'setLocalDescription' | 'replaceTrack' | 'produce';
type Faulty = { fault?: Fault | undefined };

/** Until it is told that the fault is over, the browser does not do with pictures what it is asked for. */
const breakBrowser = (context: BrowserContext) =>
  context.addInitScript(() => {
    const own = globalThis as Faulty;
    const kept = location.protocol === 'about:' ? null : sessionStorage.getItem('fault');
    own.fault = (kept ?? undefined) as Fault | undefined;
    const fail = (fault: Fault, isMeant: boolean) => {
      if (isMeant && own.fault === fault) throw new DOMException(`${fault} fails`, 'OperationError');
    };
    const { prototype: connection } = RTCPeerConnection;
    const { addTransceiver, setLocalDescription } = connection;
    connection.addTransceiver = function (track, init) {
      fail('addTransceiver', (track as MediaStreamTrack).kind === 'video');
      return addTransceiver.call(this, track, init);
    };
    connection.setLocalDescription = async function (description) {
      fail('setLocalDescription', description?.type === 'offer' && /^m=video/m.test(description.sdp ?? ''));
      return Reflect.apply(setLocalDescription, this, [description]);
    };
    const { replaceTrack } = RTCRtpSender.prototype;
    RTCRtpSender.prototype.replaceTrack = async function (track) {
      fail('replaceTrack', track?.kind === 'video');
      return replaceTrack.call(this, track);
    };
  });

/** As long as the page says that there is this fault, the server's answer to a picture is that it cannot. */
const breakServer = (context: BrowserContext, isBroken: () => boolean) =>
  context.routeWebSocket('**/ws', (socket) => {
    const server = socket.connectToServer();
    socket.onMessage((frame) => {
      const { id, method, params } = JSON.parse(String(frame));
      if (method !== 'produce' || params.kind !== 'video' || !isBroken()) return server.send(frame);
      const error = { code: 'internal', message: 'something went wrong' };
      socket.send(JSON.stringify({ id, ok: false, error }));
    });
  });

const notice = ({ page }: Person) => page.getByText('映像を相手に送信できていません。');
/** Of the innermost box that holds both. */
function closeOf(person: Person) {
  const close = person.page.getByRole('button', { name: '閉じる' });
  const box = person.page
    .locator('div')
    .filter({ has: notice(person) })
    .filter({ has: close });
  return box.last().getByRole('button', { name: '閉じる' });
}
const missing = ({ page }: Person) => page.getByText('映像が届いていません', { exact: true });

async function meetWithFaults(t: ExecutionContext) {
  const refusing = { now: false };
  const meeting = await meet(t, {
    applicant: { expected: /OperationError|InvalidAccessError|fails/ },
    prepare({ context, page }) {
      // By its camera's owner: only the applicant's page is made to fail, by what it is told below.
      void breakBrowser(context);
      void breakServer(context, () => refusing.now);
      page.on('dialog', (dialog) => void dialog.accept());
    },
  });
  const begin = async (fault: Fault) => {
    refusing.now = fault === 'produce';
    await meeting.applicant.page.evaluate((name) => sessionStorage.setItem('fault', name), fault);
    await meeting.applicant.page.reload();
  };
  const end = async () => {
    refusing.now = false;
    await meeting.applicant.page.evaluate(() => {
      sessionStorage.removeItem('fault');
      (globalThis as Faulty).fault = undefined;
    });
  };
  return { ...meeting, begin, end };
}

async function bothAreTold({ interviewer, applicant }: Pick<Meeting, 'interviewer' | 'applicant'>) {
  await notice(applicant).waitFor();
  await missing(interviewer).waitFor();
}

async function bothAreWell(
  t: ExecutionContext,
  { interviewer, applicant }: Pick<Meeting, 'interviewer' | 'applicant'>,
) {
  await interviewer.sees(violet);
  await becomes(t, () => missing(interviewer).count(), 0);
  await becomes(t, () => notice(applicant).count(), 0);
}

test.serial(
  'a picture that the browser or the server refuses is told of, and comes as soon as it can',
  async (t) => {
    const meeting = await meetWithFaults(t);
    const { applicant, interviewer, begin, end } = meeting;
    const members: Fault[] = ['addTransceiver', 'setLocalDescription', 'replaceTrack', 'produce'];
    for (const fault of members) {
      await t.notThrowsAsync(async () => {
        await begin(fault);
        await bothAreTold(meeting);
        await interviewer.hears(660);
        if (fault === 'addTransceiver') {
          await applicant.shows('unsent');
          await interviewer.shows('unsent');
        }
        await end();
        await bothAreWell(t, meeting);
      }, fault);
    }
  },
);

test.serial('the ways out: at once by hand, without the camera, or with the page loaded anew', async (t) => {
  const meeting = await meetWithFaults(t);
  const { applicant, interviewer, begin, end } = meeting;
  await begin('replaceTrack');
  await bothAreTold(meeting);
  await applicant.button('カメラなしで続ける').click();
  await becomes(t, () => missing(interviewer).count(), 0);
  await becomes(t, () => notice(applicant).count(), 0);
  await interviewer.page.getByRole('img', { name: 'カメラはオフです' }).waitFor();

  await applicant.button('カメラ').click();
  await bothAreTold(meeting);
  // Read and put away; what fails anew after it was well is told anew.
  await closeOf(applicant).click();
  await notice(applicant).waitFor({ state: 'detached' });
  await applicant.button('カメラ').click();
  await becomes(t, () => missing(interviewer).count(), 0);
  await applicant.button('カメラ').click();
  await bothAreTold(meeting);
  await end();
  await applicant.button('もう一度試す').click();
  await bothAreWell(t, meeting);

  await begin('addTransceiver');
  await bothAreTold(meeting);
  await applicant.page.evaluate(() => sessionStorage.removeItem('fault'));
  await applicant.button('再読み込み').click();
  await bothAreWell(t, meeting);
});
