/**
 * What a page may say of its media, before mediasoup sees it. mediasoup checks less than it serializes: a fraction where it
 * makes a BigInt left the channel of a worker unusable for all its rooms. So what is not named here is dropped (browsers add to
 * these objects freely), and what is named has its exact type, size and number. Texts also reach the SDP of other people's
 * browsers, in which a line break or a separator would begin something of its own: RFC 8866, section 9.
 */
import type { types as mediasoup } from 'mediasoup';
import { z } from 'zod';

const NO_OBJECT = 'must be an object';
/** Streams, codecs and extensions that a browser names are fewer by far. */
const LIST = 64;
/** Pictures of one camera: mediasoup-client makes three at most. */
const ENCODINGS = 8;

const uint32 = z
  .int()
  .min(0)
  .max(2 ** 32 - 1);
const uint8 = z.int().min(0).max(255);
/** RFC 3550, section 5.1: seven bits. */
const payloadType = z.int().min(0).max(127);
const visible = z.string().regex(/^[\x21-\x7e]{0,255}$/, 'must be visible ASCII characters');
const kind = z.enum(['audio', 'video']);
const mimeType = z.string().regex(/^(audio|video)\/[\w.+-]{1,32}$/i, 'must name a codec');
/** Of format parameters (`a=fmtp`), which are separated by semicolons. */
const parameterName = z.string().regex(/^[\w.-]{1,64}$/, 'must name a parameter');
const parameterText = z.string().regex(/^[\x21-\x3a\x3c-\x7e]{0,255}$/, 'must be the text of a parameter');
const int32 = z
  .number()
  .min(-(2 ** 31))
  .max(2 ** 31 - 1);
const parameters = z
  .record(parameterName, z.union([int32, parameterText, z.boolean()]))
  .refine((record) => Object.keys(record).length <= LIST, `must be at most ${LIST}`);

const feedback = z.object({
  type: parameterName,
  parameter: z
    .string()
    .regex(/^[\w. -]{0,64}$/)
    .optional(),
});
const codec = {
  mimeType,
  clockRate: uint32,
  channels: uint8.optional(),
  parameters: parameters.optional(),
  rtcpFeedback: z.array(feedback).max(LIST).optional(),
};

/** All that mediasoup can write; its own number of a packet is no page's to send. */
const extensionUris = [
  'urn:ietf:params:rtp-hdrext:sdes:mid',
  'urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id',
  'urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id',
  'http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time',
  'http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01',
  'urn:ietf:params:rtp-hdrext:ssrc-audio-level',
  'https://aomediacodec.github.io/av1-rtp-spec/#dependency-descriptor-rtp-header-extension',
  'urn:3gpp:video-orientation',
  'http://www.webrtc.org/experiments/rtp-hdrext/abs-capture-time',
  'urn:ietf:params:rtp-hdrext:toffset',
  'http://www.webrtc.org/experiments/rtp-hdrext/playout-delay',
] as const satisfies mediasoup.RtpHeaderExtensionUri[];
/** Of what can be received any, as it is only compared with what the router has. */
const receivableUri = visible as unknown as z.ZodType<mediasoup.RtpHeaderExtensionUri>;

/** What a browser can receive. */
export const rtpCapabilitiesSchema: z.ZodType<mediasoup.RtpCapabilities> = z.object(
  {
    codecs: z
      .array(z.object({ kind, preferredPayloadType: payloadType, ...codec }))
      .max(LIST)
      .optional(),
    headerExtensions: z
      .array(
        z.object({
          kind,
          uri: receivableUri,
          preferredId: uint8,
          preferredEncrypt: z.boolean().optional(),
          direction: z.enum(['sendrecv', 'sendonly', 'recvonly', 'inactive']).optional(),
        }),
      )
      .max(LIST)
      .optional(),
  },
  NO_OBJECT,
);

const encoding = z.object({
  ssrc: uint32.optional(),
  /** RFC 8852, section 3.3: letters and digits, and what browsers took before it. */
  rid: z
    .string()
    .regex(/^[A-Za-z0-9_-]{1,16}$/, 'must name a stream')
    .optional(),
  codecPayloadType: payloadType.optional(),
  rtx: z.object({ ssrc: uint32 }).optional(),
  dtx: z.boolean().optional(),
  /** W3C, Scalable Video Coding (SVC) Extension for WebRTC, section 6. */
  scalabilityMode: z
    .string()
    .regex(/^[LS][1-3]T[1-3]h?(_KEY(_SHIFT)?)?$/, 'must be a scalability mode')
    .optional(),
  maxBitrate: uint32.optional(),
});

/** What a browser is about to send. */
export const rtpParametersSchema: z.ZodType<mediasoup.RtpParameters> = z.object(
  {
    mid: visible.optional(),
    codecs: z.array(z.object({ payloadType, ...codec })).max(LIST),
    headerExtensions: z
      .array(
        z.object({
          uri: z.enum(extensionUris),
          /** RFC 8285, section 4.3: of two bytes at most, without 0. */
          id: z.int().min(1).max(255),
          encrypt: z.boolean().optional(),
          parameters: parameters.optional(),
        }),
      )
      .max(LIST)
      .optional(),
    encodings: z.array(encoding).max(ENCODINGS).optional(),
    rtcp: z.object({ cname: visible.optional(), reducedSize: z.boolean().optional() }).optional(),
    /** Two names with a space between them: RFC 8830, section 2. */
    msid: z
      .string()
      .regex(/^[\x20-\x7e]{0,255}$/, 'must be the name of a stream')
      .optional(),
  },
  NO_OBJECT,
);

/** How the other end of a transport proves itself. */
export const dtlsParametersSchema: z.ZodType<mediasoup.DtlsParameters> = z.object(
  {
    role: z.enum(['auto', 'client', 'server']).optional(),
    fingerprints: z
      .array(
        z.object({
          algorithm: z.enum(['sha-1', 'sha-224', 'sha-256', 'sha-384', 'sha-512']),
          /** Bytes in hexadecimal: RFC 8122, section 5. The longest has 64. */
          value: z.string().regex(/^[0-9A-Fa-f]{2}(:[0-9A-Fa-f]{2}){0,63}$/, 'must be a fingerprint'),
        }),
      )
      .min(1)
      .max(8),
  },
  NO_OBJECT,
);
