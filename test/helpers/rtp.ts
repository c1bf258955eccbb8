/** What a browser says of its media, in short: parameters that mediasoup takes. */
import { randomInt } from 'node:crypto';
import type { types } from 'mediasoup';
import type { MediaSource } from '../../src/protocol/messages.ts';

/** Of whom receives all that a router here sends. */
export const receivesAll: types.RtpCapabilities = {
  codecs: [
    {
      kind: 'audio',
      mimeType: 'audio/opus',
      preferredPayloadType: 100,
      clockRate: 48_000,
      channels: 2,
      parameters: { useinbandfec: 1, usedtx: 1 },
      rtcpFeedback: [],
    },
    {
      kind: 'video',
      mimeType: 'video/VP8',
      preferredPayloadType: 101,
      clockRate: 90_000,
      parameters: { 'x-google-start-bitrate': 1000 },
      rtcpFeedback: [{ type: 'nack' }, { type: 'nack', parameter: 'pli' }],
    },
  ],
  headerExtensions: [],
};

/** A fingerprint as any browser has one; whose it is nobody asks before packets come. */
export const dtlsParameters: types.DtlsParameters = {
  role: 'client',
  fingerprints: [{ algorithm: 'sha-256', value: Array(32).fill('0A').join(':') }],
};

export const kindOf = (source: MediaSource): types.MediaKind =>
  source === 'camera' || source === 'screen' ? 'video' : 'audio';

/** One stream of this source, with an SSRC of its own. */
export function streamOf(source: MediaSource, ssrc = randomInt(1, 2 ** 31)): types.RtpParameters {
  const codec =
    kindOf(source) === 'audio'
      ? { mimeType: 'audio/opus', payloadType: 111, clockRate: 48_000, channels: 2 }
      : { mimeType: 'video/VP8', payloadType: 96, clockRate: 90_000 };
  return { codecs: [codec], encodings: [{ ssrc }], rtcp: { cname: 'test' } };
}

/** A packet of the producer's one stream that carries `text`: RFC 3550, for VP8 a key frame by RFC 7741. */
export function packetOf(
  { kind, rtpParameters }: Pick<types.Producer, 'kind' | 'rtpParameters'>,
  text: string,
  sequence: number,
): Buffer {
  const header = Buffer.alloc(12);
  header.writeUInt8(0x80, 0);
  header.writeUInt8(0x80 | (rtpParameters.codecs[0]?.payloadType ?? 0), 1);
  header.writeUInt16BE(sequence & 0xffff, 2);
  header.writeUInt32BE(sequence * 960, 4);
  header.writeUInt32BE(rtpParameters.encodings?.[0]?.ssrc ?? 0, 8);
  const keyFrame = Buffer.from([0x10, 0x10, 0x00, 0x00, 0x9d, 0x01, 0x2a, 0x40, 0x01, 0xf0, 0x00]);
  return Buffer.concat([header, kind === 'video' ? keyFrame : Buffer.alloc(0), Buffer.from(text, 'latin1')]);
}

/** A camera's two pictures, of which the larger may be left out. */
export function simulcastOf(): types.RtpParameters {
  const camera = streamOf('camera');
  return { ...camera, encodings: [{ ssrc: randomInt(1, 2 ** 31) }, { ssrc: randomInt(1, 2 ** 31) }] };
}
