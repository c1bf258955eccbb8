/**
 * What this person sends. A producer for each device is made as soon as the device is there, in a stand-by in
 * which its RTCRtpSender has no track: the transport connects, but not one packet of sound or picture leaves.
 * Sending begins by giving the sender its track, which needs no negotiation and so costs no time.
 */
import type { types } from 'mediasoup-client';
import type { MediaSource, Quality } from '../../protocol/messages.ts';
import { highestLayer } from '../../protocol/quality.ts';
import type { SentSource } from '../../protocol/sources.ts';
import { isLineLost } from '../connection/isLineLost.ts';
import { RequestError } from '../connection/RequestError.ts';
import { createSilence } from './silence.ts';
import type { Unsent } from './unsent.ts';

/** What there is of the person to be sent, and what of it is to be. */
export type LocalMedia = {
  microphone: MediaStreamTrack | null;
  camera: MediaStreamTrack | null;
  /** null while no screen is shared. */
  screen: MediaStreamTrack | null;
  /** What is played there; null where that is not shared. */
  screenSound: MediaStreamTrack | null;
  microphoneOn: boolean;
  cameraOn: boolean;
  quality: Quality;
};

/** Before there are any devices. */
export const nothingLocal: LocalMedia = {
  microphone: null,
  camera: null,
  screen: null,
  screenSound: null,
  microphoneOn: false,
  cameraOn: false,
  quality: 'high',
};

/** What is sent of the person, by one transport. */
export type Sender = {
  /** Opens the transport with a sound that is never sent. */
  warm(): Promise<void>;
  /** What exists and what of it may be sent now. */
  update(local: LocalMedia, live: boolean): void;
  /**
   * After a time without a line: the camera goes on as a new stream. mediasoup takes one of which so much is missing for dead
   * until its sender's second report after that, so the others would see it one to two seconds later.
   */
  renewCamera(): void;
  /** Sends this in place of the silence that keeps the transport open; null ends it. */
  sendSilence(track: MediaStreamTrack | null): Promise<void>;
};

type Slot = {
  /** The device's track; a producer is made when there is the first. */
  track: MediaStreamTrack | null;
  sending: boolean;
  /** What was sent is lost, or perhaps the server has no producer any more: a new one is to take its place. */
  stale: boolean;
  producer: types.Producer | null;
  producing: Promise<void> | null;
  quality: Quality;
};

type DeviceSource = Exclude<MediaSource, ScreenSource>;
type ScreenSource = 'screen' | 'screenSound';

/**
 * Bits per second of the simulcast layers, from 180 rows over 360 to 720. The smallest passes beside the voice on a line of
 * 300 kbps with so much room that the server tries for more: it does so only while less than 65 % of what it thinks
 * possible is sent (libwebrtc's AlrDetector), and it thinks at most one and a half of what is sent possible.
 */
const LAYER_BITRATES = [100_000, 500_000, 1_200_000];

const START_KBPS = 1_000;

/** One layer, sharp rather than fluent: text must stay readable. What is played may be music. */
const screenSettings: Record<ScreenSource, Pick<types.ProducerOptions, 'encodings' | 'codecOptions'>> = {
  screen: {
    encodings: [{ maxBitrate: 2_500_000 }],
    codecOptions: { videoGoogleStartBitrate: START_KBPS },
  },
  screenSound: { codecOptions: { opusStereo: true, opusFec: true, opusDtx: false } },
};

/** @param unsent is told what becomes of each source */
export function createSender(transport: types.Transport, unsent: Pick<Unsent, 'failed' | 'settled'>): Sender {
  const slots = { microphone: emptySlot(), camera: emptySlot(), silence: emptySlot() };
  const screen = createScreenSender(transport, 'screen');
  const screenSound = createScreenSender(transport, 'screenSound');

  function update(local: LocalMedia, live: boolean): void {
    const { microphone, camera, microphoneOn, cameraOn, quality } = local;
    slots.camera.quality = quality;
    tellOf('microphone', set('microphone', microphone, live && microphoneOn));
    tellOf('camera', set('camera', camera, live && cameraOn && quality !== 'audio'));
    const sharesScreen = live && quality !== 'audio';
    tellOf('screen', screen.show(sharesScreen ? local.screen : null));
    tellOf('screenSound', screenSound.show(sharesScreen ? local.screenSound : null));
  }

  function tellOf(source: SentSource, change: Promise<void>): void {
    change.then(
      () => unsent.settled(source),
      (error) => failed(source, error),
    );
  }

  function failed(source: SentSource, error: unknown): void {
    // A lost socket: the session calls `update` again when it is back.
    if (transport.closed || isLineLost(error)) return;
    const broken = isBroken(error);
    // What the server refuses stands in its own log.
    if (!broken && !(error instanceof RequestError)) console.error(error);
    unsent.failed(source, broken);
  }

  function set(source: DeviceSource, track: MediaStreamTrack | null, sending: boolean): Promise<void> {
    const slot = slots[source];
    slot.track = track?.readyState === 'live' ? track : null;
    slot.sending = sending;
    if (slot.producer) return apply(slot).then(() => renew(source, slot));
    if (!slot.track) return Promise.resolve();
    slot.producing ??= produce(source, slot, slot.track).finally(() => {
      slot.producing = null;
    });
    return slot.producing;
  }

  async function produce(source: DeviceSource, slot: Slot, track: MediaStreamTrack): Promise<void> {
    let standBy: Promise<void> = Promise.resolve();
    const producer = await transport.produce({
      track,
      ...settingsOf(source, track),
      stopTracks: false,
      disableTrackOnPause: false,
      appData: { source },
      onRtpSender: (made) => {
        standBy = made.replaceTrack(null);
      },
    });
    await standBy.catch((error) => {
      // Its track would be sent.
      producer.close();
      throw error;
    });
    slot.producer = producer;
    slot.stale = false;
    await apply(slot);
  }

  /** Where no new stream can be made, it goes on with the one that it has. */
  async function renew(source: DeviceSource, slot: Slot): Promise<void> {
    await renewIfStale(source, slot).catch((error) => {
      if (transport.closed || error instanceof RequestError) return;
      if (!isBroken(error)) console.error(error);
      else if (source !== 'silence') unsent.failed(source, true);
    });
  }

  async function renewIfStale(source: DeviceSource, slot: Slot): Promise<void> {
    const { producer: old, track, sending } = slot;
    if (!slot.stale || !old || !track || !sending || slot.producing) return;
    slot.producing = produce(source, slot, track).finally(() => {
      slot.producing = null;
    });
    await slot.producing;
    // The server has put the new one in its place.
    old.close();
  }

  return {
    update,
    async warm() {
      const silence = createSilence();
      await set('silence', silence.track, false).finally(silence.stop);
    },
    renewCamera() {
      // Of a camera that is off nothing was lost.
      slots.camera.stale ||= slots.camera.sending;
      void renew('camera', slots.camera);
    },
    async sendSilence(track) {
      await set('silence', track, track !== null);
    },
  };
}

/**
 * mediasoup-client takes back what could not be produced while it makes the next offer: the two do not agree any more. The browser
 * refuses the answer then, or mediasoup-client does not find in the offer what it looks for, which is a plain Error.
 */
const isBroken = (error: unknown): boolean =>
  error instanceof Error && ['InvalidAccessError', 'Error'].includes(error.name);

const emptySlot = (): Slot => ({
  track: null,
  sending: false,
  stale: false,
  producer: null,
  producing: null,
  quality: 'high',
});

/** Picture or sound of the shared screen: a producer while there is one, none while there is not. */
function createScreenSender(transport: types.Transport, source: ScreenSource) {
  let wanted: MediaStreamTrack | null = null;
  let producer: types.Producer | null = null;
  let turn: Promise<void> = Promise.resolve();

  async function change(): Promise<void> {
    if (producer && (producer.closed || producer.track !== wanted)) {
      producer.close();
      producer = null;
    }
    if (producer || wanted?.readyState !== 'live') return;
    producer = await transport.produce({
      track: wanted,
      ...screenSettings[source],
      stopTracks: false,
      appData: { source },
    });
  }

  return {
    show(track: MediaStreamTrack | null): Promise<void> {
      wanted = track;
      const changed = turn.then(change);
      turn = changed.catch(() => undefined);
      return changed;
    },
  };
}

async function apply(slot: Slot): Promise<void> {
  const rtpSender = slot.producer?.rtpSender;
  if (rtpSender && slot.track?.kind === 'video') await applyQuality(rtpSender, slot.quality);
  // As it is by now, and no comparison with the present track: changes may still be queued in the browser, and the last must win.
  const wanted = slot.sending ? slot.track : null;
  await rtpSender?.replaceTrack(wanted).catch((error) => {
    // The track ended or the transport closed meanwhile: nothing is sent, and what follows comes by `update`.
    if (wanted?.readyState === 'live' && !slot.producer?.closed) throw error;
  });
}

function settingsOf(source: DeviceSource, track: MediaStreamTrack) {
  if (source === 'silence') return { codecOptions: { opusStereo: false, opusDtx: false } };
  if (source === 'microphone')
    return { codecOptions: { opusStereo: false, opusFec: true, opusDtx: true, opusNack: true } };
  return {
    encodings: layersFor(track.getSettings().height),
    codecOptions: { videoGoogleStartBitrate: START_KBPS },
  };
}

async function applyQuality(rtpSender: RTCRtpSender, quality: Quality): Promise<void> {
  const parameters = rtpSender.getParameters();
  const { encodings } = parameters;
  const highest = highestLayer(encodings.length, quality);
  for (const [layer, encoding] of encodings.entries()) encoding.active = layer <= highest;
  await rtpSender.setParameters(parameters).catch(() => {
    // Overtaken by another change, or the transport closed: the last change comes by `update` again.
  });
}

/** Simulcast layers for a capture of this height in pixels, each with twice the rows of the one before. */
export function layersFor(height = 720): types.RtpEncodingParameters[] {
  const count = height >= 540 ? 3 : height >= 270 ? 2 : 1;
  return LAYER_BITRATES.slice(0, count).map((maxBitrate, layer) => ({
    maxBitrate,
    scaleResolutionDownBy: 2 ** (count - 1 - layer),
    scalabilityMode: 'L1T2',
  }));
}
