/** RTP and RTCP packets (RFC 3550) as a browser sends them. */

/** Ids of header extensions by which the server's router knows them. */
export type ExtensionIds = { transportCc: number; absSendTime: number; audioLevel: number };

export type Stream = { ssrc: number; payloadType: number; clockRate: number };

/** One outgoing stream's numbers. */
export class RtpStream {
  readonly stream: Stream;
  #sequence = Math.floor(Math.random() * 0x8000);
  #rollovers = 0;
  #packets = 0;
  #bytes = 0;

  constructor(stream: Stream) {
    this.stream = stream;
  }

  get rollovers(): number {
    return this.#rollovers;
  }

  /** The next packet's header; its extensions are those of a browser, audio-level only with sound. */
  header(
    { ms, marker, bytes }: { ms: number; marker: boolean; bytes: number },
    ids: ExtensionIds,
    transportSequence: number,
  ): Buffer {
    const isSound = this.stream.clockRate === 48_000;
    const header = Buffer.alloc(isSound ? 28 : 24);
    header[0] = 0x90;
    header[1] = (marker ? 0x80 : 0) | this.stream.payloadType;
    header.writeUInt16BE(this.#next(bytes), 2);
    header.writeUInt32BE(this.timestamp(ms), 4);
    header.writeUInt32BE(this.stream.ssrc, 8);
    // One-byte extensions (RFC 8285).
    header.writeUInt16BE(0xbede, 12);
    header.writeUInt16BE(isSound ? 3 : 2, 14);
    header[16] = (ids.transportCc << 4) | 1;
    header.writeUInt16BE(transportSequence & 0xffff, 17);
    header[19] = (ids.absSendTime << 4) | 2;
    header.writeUIntBE(Math.floor((ms / 1000) * 2 ** 18) & 0xff_ffff, 20, 3);
    if (isSound) header.set([ids.audioLevel << 4, 0x80 | 30], 23);
    return header;
  }

  timestamp(ms: number): number {
    return Math.floor((ms * this.stream.clockRate) / 1000) % 2 ** 32;
  }

  /** Section 6.4.1: the server needs it to go from one layer to another. */
  senderReport(ms: number): Buffer {
    const report = Buffer.alloc(28);
    report.set([0x80, 200]);
    report.writeUInt16BE(6, 2);
    report.writeUInt32BE(this.stream.ssrc, 4);
    const seconds = ms / 1000;
    report.writeUInt32BE(Math.floor(seconds) % 2 ** 32, 8);
    report.writeUInt32BE(Math.floor((seconds % 1) * 2 ** 32), 12);
    report.writeUInt32BE(this.timestamp(ms), 16);
    report.writeUInt32BE(this.#packets, 20);
    report.writeUInt32BE(this.#bytes % 2 ** 32, 24);
    return report;
  }

  #next(bytes: number): number {
    this.#packets++;
    this.#bytes += bytes;
    this.#sequence = (this.#sequence + 1) & 0xffff;
    if (this.#sequence === 0) this.#rollovers++;
    return this.#sequence;
  }
}

/** RFC 7741: an extended picture id, and the two temporal layers of L1T2, of which the upper needs the lower alone (Y). */
export function vp8Descriptor({
  picture,
  isFirst,
  isKey,
}: {
  picture: number;
  isFirst: boolean;
  isKey: boolean;
}): Buffer {
  const layer = isKey ? 0 : picture % 2;
  const id = picture & 0x7fff;
  const base = (picture >> 1) & 0xff;
  const frame = isFirst ? [isKey ? 0x10 : 0x11] : [];
  const sync = layer === 1 ? 0x20 : 0;
  return Buffer.from([
    isFirst ? 0x90 : 0x80,
    0xe0,
    0x80 | (id >> 8),
    id & 0xff,
    base,
    (layer << 6) | sync,
    ...frame,
  ]);
}

/** Whether a packet of SRTCP asks for a key frame (RFC 4585 section 6.3.1): its first 8 bytes are in the clear. */
export const isPictureLoss = (bytes: Buffer) => bytes[1] === 206 && ((bytes[0] ?? 0) & 31) === 1;

/** RFC 5761: RTCP's types stand where RTP has its marker and payload type. */
export const isRtcp = (bytes: Buffer) => (bytes[1] ?? 0) >= 192 && (bytes[1] ?? 0) <= 223;

/** The content of a one-byte header extension (RFC 8285) of an RTP packet; null: it has none of this id. */
export function extensionOf(bytes: Buffer, id: number): Buffer | null {
  if (((bytes[0] ?? 0) & 0x10) === 0) return null;
  const start = 12 + 4 * ((bytes[0] ?? 0) & 15);
  const end = start + 4 + 4 * bytes.readUInt16BE(start + 2);
  for (let at = start + 4; at < end; ) {
    const byte = bytes[at] as number;
    if (byte === 0) at++;
    else if (byte >> 4 === id) return bytes.subarray(at + 1, at + 2 + (byte & 15));
    else at += 2 + (byte & 15);
  }
  return null;
}
