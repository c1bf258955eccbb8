/** What arrives at a page of sound and picture, as its browser counts it, and the sound itself. */
import type { Page } from 'playwright-core';
import { statistics } from './fake-media.ts';

/** Counters of one moment; see https://www.w3.org/TR/webrtc-stats/#inboundrtpstats-dict*. */
export type Incoming = {
  at: number;
  audio: Counters;
  video: Counters & { frameWidth: number; frameHeight: number };
};

type Counters = Record<string, number>;

/** The counters of the other's microphone and camera; the page must come from `launchBrowser`. */
export async function incoming(page: Page): Promise<Incoming> {
  const streams = (await statistics(page)).filter(({ type }) => type === 'inbound-rtp');
  // The silence that keeps the transport open is a stream as well, which never gets a packet.
  const most = (wanted: string) =>
    streams
      .filter(({ kind }) => kind === wanted)
      .toSorted((a, b) => Number(b.packetsReceived) - Number(a.packetsReceived))[0] ?? {};
  return { at: Date.now(), audio: most('audio') as Counters, video: most('video') as Incoming['video'] };
}

/**
 * Of the other's sound between two moments, the share that was made up because it had not come, 0 to 1. Where nothing
 * is sent, as in a pause, nothing is made up.
 */
export function concealed(before: Incoming, after: Incoming): number {
  const [a, b] = [before.audio, after.audio];
  const grown = (key: string) => (b[key] ?? 0) - (a[key] ?? 0);
  return (
    (grown('concealedSamples') - grown('silentConcealedSamples')) / Math.max(1, grown('totalSamplesReceived'))
  );
}

/** Begins to record the other's sound as it is played; the returned function ends it and gives 48 kHz mono. */
export async function recordSound(page: Page): Promise<() => Promise<Float32Array>> {
  await page.evaluate(startRecording);
  return async () => {
    const base64 = await page.evaluate(stopRecording);
    const bytes = Buffer.from(base64, 'base64');
    const samples = new Float32Array(bytes.length >> 1);
    for (let i = 0; i < samples.length; i++) samples[i] = bytes.readInt16LE(i * 2) / 32_768;
    return samples;
  };
}

type Recorder = { parts: Int16Array[]; stop: () => void };
type Recording = { peerConnections: RTCPeerConnection[]; recorder: Recorder };
declare class MediaStreamTrackProcessor {
  constructor(init: { track: MediaStreamTrack; maxBufferSize?: number });
  readonly readable: ReadableStream<AudioData>;
}

// Runs in the page. In Chromium a processor gives each block as it leaves the jitter buffer.
async function startRecording(): Promise<void> {
  const page = globalThis as unknown as Recording;
  const receivers = page.peerConnections.flatMap((made) => made.getReceivers());
  const counted = await Promise.all(
    receivers
      .filter(({ track }) => track.kind === 'audio' && track.readyState === 'live')
      .map(async (receiver) => {
        const report = [...(await receiver.getStats()).values()];
        return { receiver, packets: report.find(({ type }) => type === 'inbound-rtp')?.packetsReceived ?? 0 };
      }),
  );
  const [heard] = counted.toSorted((a, b) => b.packets - a.packets);
  if (!heard) throw new Error('there is no sound to record');
  const { readable } = new MediaStreamTrackProcessor({ track: heard.receiver.track, maxBufferSize: 200 });
  const reader = readable.getReader();
  const parts: Int16Array[] = [];
  page.recorder = { parts, stop: () => void reader.cancel() };
  void (async () => {
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      const block = new Float32Array(value.numberOfFrames);
      value.copyTo(block, { planeIndex: 0, format: 'f32-planar' });
      value.close();
      parts.push(Int16Array.from(block, (sample) => Math.max(-1, Math.min(1, sample)) * 32_767));
    }
  })();
}

async function stopRecording(): Promise<string> {
  const { recorder } = globalThis as unknown as Recording;
  recorder.stop();
  const blob = new Blob(recorder.parts as BlobPart[]);
  const reader = new FileReader();
  const read = new Promise((resolve) => {
    reader.onload = resolve;
  });
  reader.readAsDataURL(blob);
  await read;
  return String(reader.result).split(',')[1] ?? '';
}
