/**
 * What this person sends. A producer for each device is made as soon as the device is there, in a stand-by in
 * which its RTCRtpSender has no track: the transport connects, but not one packet of sound or picture leaves.
 * Sending begins by giving the sender its track, which needs no negotiation and so costs no time.
 */
import type { types } from 'mediasoup-client';
import type { MediaSource, Quality } from '../../protocol/messages.ts';
import { highestLayer } from '../../protocol/quality.ts';
import { RequestError } from '../connection.ts';
import { createSilence } from './silence.ts';

export type LocalMedia = {
  microphone: MediaStreamTrack | null;
  camera: MediaStreamTrack | null;
  /** null while no screen is shared. */
  screen: MediaStreamTrack | null;
  microphoneOn: boolean;
  cameraOn: boolean;
  quality: Quality;
};

export const nothingLocal: LocalMedia = {
  ...{ microphone: null, camera: null, screen: null },
  ...{ microphoneOn: false, cameraOn: false, quality: 'high' },
};

export type Sender = {
  /** Opens the transport with a sound that is never sent. */
  warm(): Promise<void>;
  /** What exists and what of it may be sent now. */
  update(local: LocalMedia, live: boolean): void;
  /** Sends this in place of the silence that keeps the transport open; null ends it. */
  sendSilence(track: MediaStreamTrack | null): Promise<void>;
};

type Slot = {
  /** The device's track; a producer is made when there is the first. */
  track: MediaStreamTrack | null;
  sending: boolean;
  rtpSender: RTCRtpSender | null;
  producing: Promise<void> | null;
  quality: Quality;
};

type DeviceSource = Exclude<MediaSource, 'screen'>;

/** Bits per second of the simulcast layers, from the smallest picture to the full one. */
const LAYERS = [
  { bitrate: 150_000, scale: 4, minHeight: 540 },
  { bitrate: 500_000, scale: 2, minHeight: 270 },
  { bitrate: 1_200_000, scale: 1, minHeight: 0 },
];

const START_KBPS = 1_000;

/** One layer, sharp rather than fluent: text must stay readable. */
const SCREEN_BITRATE = 2_500_000;

/** Of a camera that sends one layer only, the share of its bits. */
const SINGLE_LAYER_SHARE: Record<Quality, number> = { audio: 0, low: 0.25, medium: 0.5, high: 1 };

export function createSender(transport: types.Transport): Sender {
  const slots = { microphone: emptySlot(), camera: emptySlot(), silence: emptySlot() };
  const screen = createScreenSender(transport);

  function update(local: LocalMedia, live: boolean): void {
    const { microphone, camera, microphoneOn, cameraOn, quality } = local;
    slots.camera.quality = quality;
    set('microphone', microphone, live && microphoneOn).catch(failed);
    set('camera', camera, live && cameraOn && quality !== 'audio').catch(failed);
    screen.show(live && quality !== 'audio' ? local.screen : null).catch(failed);
  }

  // A lost socket: the session calls `update` again when it is back.
  function failed(error: unknown): void {
    if (!transport.closed && !(error instanceof RequestError)) console.error(error);
  }

  function set(source: DeviceSource, track: MediaStreamTrack | null, sending: boolean): Promise<void> {
    const slot = slots[source];
    slot.track = track?.readyState === 'live' ? track : null;
    slot.sending = sending;
    if (slot.rtpSender) return apply(slot);
    if (!slot.track) return Promise.resolve();
    slot.producing ??= produce(source, slot, slot.track).finally(() => {
      slot.producing = null;
    });
    return slot.producing;
  }

  async function produce(source: DeviceSource, slot: Slot, track: MediaStreamTrack): Promise<void> {
    let standBy: Promise<void> = Promise.resolve();
    const { rtpSender } = await transport.produce({
      track,
      ...settingsOf(source, track),
      stopTracks: false,
      disableTrackOnPause: false,
      appData: { source },
      onRtpSender: (made) => {
        standBy = made.replaceTrack(null);
      },
    });
    await standBy;
    slot.rtpSender = rtpSender ?? null;
    await apply(slot);
  }

  return {
    update,
    async warm() {
      const silence = createSilence();
      await set('silence', silence.track, false).finally(silence.stop);
    },
    async sendSilence(track) {
      await set('silence', track, track !== null);
    },
  };
}

const emptySlot = (): Slot => ({
  ...{ track: null, sending: false, rtpSender: null, producing: null, quality: 'high' },
});

/** The shared screen: a producer while there is one, none while there is not. */
function createScreenSender(transport: types.Transport) {
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
      encodings: [{ maxBitrate: SCREEN_BITRATE }],
      codecOptions: { videoGoogleStartBitrate: START_KBPS },
      stopTracks: false,
      appData: { source: 'screen' },
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

async function apply({ rtpSender, track, sending, quality }: Slot): Promise<void> {
  if (rtpSender && track?.kind === 'video') await applyQuality(rtpSender, quality);
  const wanted = sending ? track : null;
  // No comparison with the present track: changes may still be queued in the browser, and the last must win.
  await rtpSender?.replaceTrack(wanted).catch(() => {
    // The track ended or the transport closed meanwhile: nothing is sent, and what follows comes by `update`.
  });
}

function settingsOf(source: DeviceSource, track: MediaStreamTrack) {
  if (source === 'silence') return { codecOptions: { opusStereo: false, opusDtx: false } };
  if (source === 'microphone') return { codecOptions: { opusStereo: false, opusFec: true, opusDtx: true } };
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
  const [only] = encodings;
  const full = LAYERS.at(-1)?.bitrate ?? 0;
  if (only && encodings.length === 1) only.maxBitrate = full * SINGLE_LAYER_SHARE[quality] || only.maxBitrate;
  await rtpSender.setParameters(parameters).catch(() => {
    // Overtaken by another change, or the transport closed: the last change comes by `update` again.
  });
}

/** Simulcast layers for a capture of this height in pixels: a small picture is not worth three. */
export function layersFor(height = 720): types.RtpEncodingParameters[] {
  return LAYERS.filter(({ minHeight }) => height >= minHeight).map(({ bitrate, scale }) => ({
    maxBitrate: bitrate,
    scaleResolutionDownBy: scale,
    scalabilityMode: 'L1T2',
  }));
}
