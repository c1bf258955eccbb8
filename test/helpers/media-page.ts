/** A page without views: the project's connection, devices and media session, driven by a test from outside. */
import type { CallSnapshot, JoinResult } from '../../src/protocol/messages.ts';
import type { Quality } from '../../src/protocol/quality.ts';
import { createConnection } from '../../src/web/connection/connection.ts';
import { createDevices } from '../../src/web/media/devices.ts';
import { watchLevel } from '../../src/web/media/levels.ts';
import { createMediaSession, type MediaSession, type RemoteMedia } from '../../src/web/media/session.ts';
import { playRequestSound, startRequestSound } from '../../src/web/media/sounds.ts';

export type MediaPage = Awaited<ReturnType<typeof start>>;

async function start() {
  const devices = createDevices();
  const marks: Record<string, number> = { joins: 0 };
  let session: MediaSession | null = null;
  let resumeKey: string | null = null;
  const on = { microphone: true, camera: true };
  let quality: Quality = 'high';

  const joined = await new Promise<JoinResult>((resolve) => {
    connection = createConnection({
      token: location.hash.slice(1),
      resumeKey: () => resumeKey,
      keepMedia: () => session !== null,
      onJoined(result, resumed) {
        resumeKey = result.resumeKey;
        marks.joins = (marks.joins ?? 0) + 1;
        if (resumed) session?.resync(result);
        resolve(result);
      },
      onClosed: ({ code }) => console.error(`closed with ${code}`),
    });
  });
  const { rtpCapabilities: routerRtpCapabilities, iceServers } = joined;
  const open = () => createMediaSession({ connection, routerRtpCapabilities, iceServers });
  let media = open();
  session = media;

  const update = () =>
    media.setLocal({
      microphone: devices.microphone.value,
      camera: devices.camera.value,
      microphoneOn: on.microphone,
      cameraOn: on.camera,
      quality,
      screen: null,
      screenSound: null,
    });
  devices.microphone.subscribe(update);
  devices.camera.subscribe(update);
  const show = createView(() => {
    marks.frame = now();
  });
  const follow = () => media.remote.subscribe((remote) => show([...remote.values()][0]));
  follow();
  connection.on('admitted', () => {
    marks.admitted = now();
    media.setLive(true);
  });

  return {
    connection,
    devices,
    marks,
    get session() {
      return media;
    },
    watchLevel,
    playRequestSound,
    startRequestSound,
    peerId: joined.peerId,
    iceServers,
    async enter(): Promise<CallSnapshot> {
      const snapshot = await connection.request('enter', { company: '会社', name: '担当' });
      media.setLive(true);
      return snapshot;
    },
    async admit(peerId: string): Promise<void> {
      marks.pressed = now();
      await connection.request('admit', { peerId });
    },
    async setQuality(chosen: Quality): Promise<void> {
      quality = chosen;
      update();
      await connection.request('setQuality', { quality });
    },
    /** As a changed page might, that takes no notice of what it was told: new transports, and all it has is sent. */
    async insist(): Promise<void> {
      media.close();
      media = open();
      session = media;
      follow();
      update();
      media.setLive(true);
      await media.warm();
    },
    remoteCount: () => media.remote.value.size,
    turn(device: 'microphone' | 'camera', isOn: boolean): Promise<null> {
      on[device] = isOn;
      update();
      return connection.request('setDevices', on);
    },
  };
}

// One element for good, so that a test's waiting for its frames outlives a change of tracks.
function createView(onFirstFrame: () => void): (remote: RemoteMedia | undefined) => void {
  const video = document.createElement('video');
  Object.assign(video, { autoplay: true, playsInline: true });
  document.body.append(video);
  video.requestVideoFrameCallback(onFirstFrame);
  return (remote) => {
    video.srcObject = new MediaStream([remote?.video, remote?.audio].filter((track) => !!track));
  };
}

let connection: ReturnType<typeof createConnection>;

// The two pages of a test run on one machine, so their clocks are one.
const now = () => performance.timeOrigin + performance.now();

const started = start();
// `mediaPage` as well, since Playwright takes the promise of an asynchronous predicate for true.
Object.assign(globalThis, { started });
Object.assign(globalThis, { mediaPage: await started });

// A test's own call counts as a gesture of the person; this one does not.
if (location.search === '?probe') {
  const { devices, session } = await started;
  await devices.open();
  console.info(`probe ${(await session.probe()).protocol}`);
}
