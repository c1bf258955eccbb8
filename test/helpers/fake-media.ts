/** Known pictures and sounds for Chromium's fake devices, and reading in a page what arrived of them. */
import { rmSync } from 'node:fs';
import { mkdtemp, open, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { until } from './until.ts';

export type Colour = [red: number, green: number, blue: number];

type Size = { width: number; height: number };
const WIDE: Size = { width: 640, height: 360 };
const FRAMES = 15;
/** As few as somebody still calls a moving picture: each is encoded, decoded and drawn, on the two cores that all tests share. */
const FRAMES_PER_SECOND = 10;
const SQUARE = 40;
const SAMPLE_RATE = 48_000;

export type Media = {
  colour: Colour;
  hertz: number;
  /** As a real camera's, 30, where what they cost is measured. */
  framesPerSecond?: number;
  /** Of the camera, in pixels. */
  size?: Size;
};

export type Devices = { camera: string; microphone: string };

/**
 * Files for the fake devices: one colour with a small square that moves along the lower edge (an encoder given a still picture sends next
 * to nothing), and a tone in beats (a steady one is taken for noise by Chromium's noise suppression).
 */
export async function fakeDevices({
  colour,
  hertz,
  framesPerSecond = FRAMES_PER_SECOND,
  size = WIDE,
}: Media): Promise<Devices> {
  const [camera, microphone] = await Promise.all([
    deviceFile(`${[...colour, framesPerSecond, size.width, size.height].join('-')}.y4m`, (path) =>
      writePicture(path, colour, framesPerSecond, size),
    ),
    deviceFile(`${hertz}.wav`, (path) => writeFile(path, beats(hertz))),
  ]);
  return { camera, microphone };
}

/**
 * The path of a file for a fake device; gone with the process. It is written once for all tests of a file, as a browser that is handed on
 * is known by its files too.
 */
export function deviceFile(name: string, write: (path: string) => Promise<void>): Promise<string> {
  const file = written.get(name) ?? writeOnce(name, write);
  written.set(name, file);
  return file;
}

const written = new Map<string, Promise<string>>();

async function writeOnce(name: string, write: (path: string) => Promise<void>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'webinterview-media-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, name);
  await write(file);
  return file;
}

async function writePicture(
  path: string,
  colour: Colour,
  framesPerSecond: number,
  size: Size,
): Promise<void> {
  const file = await open(path, 'w');
  await file.write(`YUV4MPEG2 W${size.width} H${size.height} F${framesPerSecond}:1 Ip A1:1 C420\n`);
  for (let index = 0; index < FRAMES; index++) {
    await file.write('FRAME\n');
    await file.write(frame(colour, size, Math.round((index / FRAMES) * (size.width - SQUARE))));
  }
  await file.close();
}

function frame(colour: Colour, { width, height }: Size, squareLeft: number): Buffer {
  const [y, u, v] = toYuv(colour);
  const luma = Buffer.alloc(width * height, y);
  for (let row = height - SQUARE; row < height; row++) {
    luma.fill(255 - y, row * width + squareLeft, row * width + squareLeft + SQUARE);
  }
  const chroma = (width / 2) * (height / 2);
  return Buffer.concat([luma, Buffer.alloc(chroma, u), Buffer.alloc(chroma, v)]);
}

/** ITU-R BT.601, limited range. */
function toYuv([r, g, b]: Colour): [number, number, number] {
  return [
    Math.round(16 + 0.257 * r + 0.504 * g + 0.098 * b),
    Math.round(128 - 0.148 * r - 0.291 * g + 0.439 * b),
    Math.round(128 + 0.439 * r - 0.368 * g - 0.071 * b),
  ];
}

/** A mono 16-bit WAV of two seconds: 0.3 s of tone, 0.2 s of silence. */
function beats(hertz: number): Buffer {
  const samples = Buffer.alloc(SAMPLE_RATE * 2 * 2);
  for (let index = 0; index < SAMPLE_RATE * 2; index++) {
    const seconds = index / SAMPLE_RATE;
    const amplitude = seconds % 0.5 < 0.3 ? 0.6 * 32_767 : 0;
    samples.writeInt16LE(Math.round(amplitude * Math.sin(2 * Math.PI * hertz * seconds)), index * 2);
  }
  return Buffer.concat([wavHeader(samples.length), samples]);
}

/** The header of a mono 16-bit WAV file at 48 kHz. */
export function wavHeader(bytes: number): Buffer {
  const header = Buffer.alloc(44);
  header.write('RIFF', 0);
  header.writeUInt32LE(36 + bytes, 4);
  header.write('WAVEfmt ', 8);
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(1, 20);
  header.writeUInt16LE(1, 22);
  header.writeUInt32LE(SAMPLE_RATE, 24);
  header.writeUInt32LE(SAMPLE_RATE * 2, 28);
  header.writeUInt16LE(2, 32);
  header.writeUInt16LE(16, 34);
  header.write('data', 36);
  header.writeUInt32LE(bytes, 40);
  return header;
}

/** How long anybody waits for a picture or a sound, on a busy core too. */
const PATIENCE_MS = 60_000;

/** Waits until the <video> has shown `count` more frames. */
export async function waitForFrames(video: Locator, count = 5): Promise<void> {
  const shown = await framesWithin(video, count, PATIENCE_MS);
  if (shown < count)
    throw new Error(`not within ${PATIENCE_MS / 1000} s: ${count} more frames of a picture (last: ${shown})`);
}

/** How many new frames the <video> has shown when it has shown `count` of them, or when the time is over. */
function framesWithin(video: Locator, count: number, ms: number): Promise<number> {
  const watch = async (element: Element, [frames, patience]: readonly [number, number]): Promise<number> => {
    const late = new Promise<null>((resolve) => setTimeout(resolve, patience, null));
    for (let seen = 0; seen < frames; seen++) {
      const frame = new Promise<number>((resolve) =>
        (element as HTMLVideoElement).requestVideoFrameCallback(resolve),
      );
      if ((await Promise.race([frame, late])) === null) return seen;
    }
    return frames;
  };
  return video.evaluate(watch, [count, ms] as const);
}

/** The colour at the centre of what a <video> shows now. */
export function centreColour(video: Locator, options: { timeout?: number } = {}): Promise<Colour> {
  const read = (element: Element): Colour => {
    const shown = element as HTMLVideoElement;
    const canvas = new OffscreenCanvas(1, 1);
    const context = canvas.getContext('2d');
    if (!context) throw new Error('no 2D canvas');
    context.drawImage(shown, shown.videoWidth / 2, shown.videoHeight / 2, 1, 1, 0, 0, 1, 1);
    const [red = 0, green = 0, blue = 0] = context.getImageData(0, 0, 1, 1).data;
    return [red, green, blue];
  };
  return video.evaluate(read, undefined, options);
}

/** Whether two colours are the same but for what encoding loses. */
export function isNear(a: Colour, b: Colour, tolerance = 30): boolean {
  return a.every((value, index) => Math.abs(value - (b[index] ?? 0)) <= tolerance);
}

/** Waits until the <video> shows `colour` at its centre, in a frame that is new. */
export async function waitForColour(video: Locator, colour: Colour): Promise<void> {
  const look = async () => ((await framesWithin(video, 1, 2_000)) === 1 ? [await centreColour(video)] : []);
  await untilColour(look, colour);
}

/**
 * Waits until one of the pictures has this colour.
 * @param look tells the colours at the centres of all of them
 */
export async function untilColour(look: () => Promise<Colour[]>, colour: Colour): Promise<void> {
  let seen: Colour[] = [];
  const isSeen = async () => {
    seen = await look();
    return seen.some((each) => isNear(each, colour));
  };
  await until(`a picture of the colour ${colour}`, isSeen, { withinMs: PATIENCE_MS }).catch((cause) => {
    throw new Error(`${cause.message}; seen last: ${seen.join(' and ') || 'no new frame'}`, { cause });
  });
}

/**
 * Waits until the sound of the <audio> or <video> has its loudest frequency within 15 Hz of `hertz`; of a page, that
 * of the first element that sounds (one's own picture is muted). Follows the element when it is given another sound.
 */
export async function waitForTone(media: Locator | Page, hertz: number): Promise<void> {
  const listen = async (element: Node, [wanted, patience]: readonly [number, number]): Promise<void> => {
    const soundOf = (node: HTMLMediaElement) => (node.srcObject as MediaStream | null)?.getAudioTracks()[0];
    const sounds = (node: HTMLMediaElement) => !node.muted && !node.paused && soundOf(node);
    const current = () =>
      element instanceof HTMLMediaElement
        ? soundOf(element)
        : [...document.querySelectorAll<HTMLMediaElement>('audio, video')].map(sounds).find(Boolean);
    const context = new AudioContext();
    const analyser = new AnalyserNode(context, { fftSize: 8192, smoothingTimeConstant: 0 });
    const bins = new Float32Array(analyser.frequencyBinCount);
    const loudest = () => {
      analyser.getFloatFrequencyData(bins);
      const peak = Math.max(...bins);
      return peak < -60 ? 0 : (bins.indexOf(peak) * context.sampleRate) / analyser.fftSize;
    };
    let heard: MediaStreamTrack | undefined;
    let source: MediaStreamAudioSourceNode | undefined;
    let last = 0;
    const isHeard = () => {
      const found = loudest();
      last = found || last;
      return Math.abs(found - wanted) <= 15;
    };
    let isOver = false;
    const timer = setTimeout(() => {
      isOver = true;
    }, patience);
    while (!isHeard() && !isOver) {
      const track = current() || undefined;
      if (track !== heard) {
        source?.disconnect();
        source = track && context.createMediaStreamSource(new MediaStream([track]));
        source?.connect(analyser);
        heard = track;
      }
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    clearTimeout(timer);
    await context.close();
    if (!isOver) return;
    const from = heard ? `a track that is ${heard.readyState}${heard.muted ? ' and muted' : ''}` : 'nothing';
    throw new Error(
      `not within ${patience / 1000} s: a tone of ${wanted} Hz (last: ${Math.round(last)} Hz, from ${from})`,
    );
  };
  const element = 'goto' in media ? media.locator('body') : media;
  await element.evaluate(listen, [hertz, PATIENCE_MS] as const);
}

/** Every entry of every peer connection's statistics; the page must come from `launchBrowser`. */
export function statistics(page: Page): Promise<Record<string, unknown>[]> {
  return page.evaluate(async () => {
    const made = (globalThis as unknown as { peerConnections: RTCPeerConnection[] }).peerConnections;
    const open = made.filter(({ connectionState }) => connectionState !== 'closed');
    const reports = await Promise.all(open.map((connection) => connection.getStats()));
    return reports.flatMap((report) => [...report.values()]);
  });
}

/** How many RTP packets the page has sent so far, by kind. */
export async function packetsSent(page: Page): Promise<{ audio: number; video: number }> {
  const sent = { audio: 0, video: 0 };
  for (const { type, kind, packetsSent: packets } of await statistics(page)) {
    if (type === 'outbound-rtp') sent[kind as 'audio' | 'video'] += packets as number;
  }
  return sent;
}

/** What has been sent once nothing more is: packets on their way in the browser are counted late. */
export async function packetsWhenQuiet(page: Page): Promise<{ audio: number; video: number }> {
  let before = await packetsSent(page);
  return until('no more packets are sent', async () => {
    await page.waitForTimeout(300);
    const sent = await packetsSent(page);
    const isQuiet = sent.audio === before.audio && sent.video === before.video;
    before = sent;
    return isQuiet ? sent : null;
  });
}

/** Bytes of media that came to the page and left it so far, on all its transports. */
export async function transportBytes(page: Page): Promise<{ received: number; sent: number }> {
  const bytes = { received: 0, sent: 0 };
  for (const stats of await statistics(page)) {
    if (stats.type !== 'transport') continue;
    bytes.received += stats.bytesReceived as number;
    bytes.sent += stats.bytesSent as number;
  }
  return bytes;
}

/** Bytes a second that come to the page and leave it, over two seconds or, on a busy core, what became of them. */
export async function transportRates(page: Page): Promise<{ received: number; sent: number }> {
  const look = async () => ({ ...(await transportBytes(page)), at: performance.now() });
  const before = await look();
  await page.waitForTimeout(2000);
  const after = await look();
  const seconds = (after.at - before.at) / 1000;
  return {
    received: (after.received - before.received) / seconds,
    sent: (after.sent - before.sent) / seconds,
  };
}

/**
 * The protocols of the candidate pairs in use: udp, tcp. By what each transport has selected: a pair that it has left may be
 * told of as nominated and well for a while.
 */
export async function protocolsInUse(page: Page): Promise<string[]> {
  const all = await statistics(page);
  const byId = new Map(all.map((each) => [each.id, each]));
  const selected = all
    .filter(({ type, selectedCandidatePairId }) => type === 'transport' && selectedCandidatePairId)
    .map(({ selectedCandidatePairId }) => byId.get(selectedCandidatePairId)?.remoteCandidateId);
  return [...new Set(selected.map((id) => String(byId.get(id)?.protocol)))];
}

/** How each transport of the page leaves it: `host udp`, or `relay tls` where that is how it reaches the relay. */
export async function waysInUse(page: Page): Promise<string[]> {
  const all = await statistics(page);
  const byId = new Map(all.map((each) => [each.id, each]));
  return all
    .filter(({ type }) => type === 'transport')
    .map(({ selectedCandidatePairId }) => {
      const local = byId.get(byId.get(selectedCandidatePairId)?.localCandidateId);
      return `${local?.candidateType} ${local?.relayProtocol ?? local?.protocol}`;
    });
}
