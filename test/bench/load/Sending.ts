/**
 * A person who talks before a camera: Opus every 20 ms, and the camera's layers at 30 frames a second, each at the most
 * that the page lets its encoder have. What is in the packets is noise, as the server reads no more of a picture than the
 * descriptor before it.
 */
import { randomBytes } from 'node:crypto';
import { type ExtensionIds, RtpStream, type Stream, vp8Descriptor } from './rtp.ts';
import type { Wire } from './wire.ts';

const SOUND_MS = 20;
/** 32 kbit/s, what browsers give to speech. */
const SOUND_BYTES = 80;
const FRAME_MS = 1000 / 30;
/** A key frame is some times as large as the others. */
const KEY_FRAME_TIMES = 4;
/** Of a packet's payload, as libwebrtc cuts them. */
const PACKET_BYTES = 1100;

export type SendingOptions = {
  wire: Wire;
  ids: ExtensionIds;
  sound: Stream;
  /** bitrate: bits per second. */
  layers: (Stream & { bitrate: number })[];
};

type Layer = { stream: RtpStream; frameBytes: number; isKeyDue: boolean };

const noise = randomBytes(64 * 1024);

export class Sending {
  readonly #wire: Wire;
  readonly #ids: ExtensionIds;
  readonly #sound: RtpStream;
  readonly #layers: Layer[];
  /** Not everyone's pictures at the same moment. */
  #nextSound = Date.now() + Math.random() * SOUND_MS;
  #nextFrame = Date.now() + Math.random() * FRAME_MS;
  #picture = 0;
  #transportSequence = 0;
  /** Packets of media until now. */
  packets = 0;

  constructor({ wire, ids, sound, layers }: SendingOptions) {
    this.#wire = wire;
    this.#ids = ids;
    this.#sound = new RtpStream(sound);
    this.#layers = layers.map(({ bitrate, ...stream }) => ({
      stream: new RtpStream(stream),
      frameBytes: Math.round((bitrate / 8 / 1000) * FRAME_MS),
      isKeyDue: true,
    }));
  }

  keyFrame(): void {
    for (const layer of this.#layers) layer.isKeyDue = true;
  }

  /** @param now milliseconds since 1970 */
  advance(now: number): void {
    for (; this.#nextSound <= now; this.#nextSound += SOUND_MS)
      this.#packet(this.#sound, this.#nextSound, true, noise.subarray(0, SOUND_BYTES));
    for (; this.#nextFrame <= now; this.#nextFrame += FRAME_MS) {
      this.#picture++;
      for (const layer of this.#layers) this.#frame(layer, this.#nextFrame);
    }
  }

  report(now: number): void {
    for (const stream of [this.#sound, ...this.#layers.map((layer) => layer.stream)])
      this.#wire.sendRtcp(stream.senderReport(now));
  }

  #frame(layer: Layer, ms: number): void {
    const isKey = layer.isKeyDue;
    layer.isKeyDue = false;
    const bytes = layer.frameBytes * (isKey ? KEY_FRAME_TIMES : 1);
    const packets = Math.ceil(bytes / PACKET_BYTES);
    const each = Math.floor(bytes / packets);
    for (let i = 0; i < packets; i++) {
      const descriptor = vp8Descriptor({ picture: this.#picture, isFirst: i === 0, isKey });
      const payload = Buffer.concat([descriptor, noise.subarray(0, each - descriptor.length)]);
      this.#packet(layer.stream, ms, i === packets - 1, payload);
    }
  }

  #packet(stream: RtpStream, ms: number, marker: boolean, payload: Buffer): void {
    const header = stream.header({ ms, marker, bytes: payload.length }, this.#ids, this.#transportSequence++);
    this.#wire.sendRtp(header, payload, stream.rollovers);
    this.packets++;
  }
}
