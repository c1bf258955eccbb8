import type { types } from 'mediasoup';

/**
 * What every router speaks. Opus with in-band FEC and DTX (RFC 7587): sound survives loss and costs little in
 * silence. VP8 is the one codec that every supported browser sends with simulcast.
 */
export const mediaCodecs: types.RouterRtpCodecCapability[] = [
  {
    kind: 'audio',
    mimeType: 'audio/opus',
    clockRate: 48000,
    channels: 2,
    parameters: { useinbandfec: 1, usedtx: 1 },
  },
  { kind: 'video', mimeType: 'video/VP8', clockRate: 90000, parameters: { 'x-google-start-bitrate': 1000 } },
];

/** The server's own sound that never carries a packet; see MediaRoom. */
export const silence: types.ProducerOptions = {
  kind: 'audio',
  rtpParameters: {
    codecs: [{ mimeType: 'audio/opus', clockRate: 48000, channels: 2, payloadType: 100 }],
    encodings: [{ ssrc: 1 }],
  },
};

/** Bits per second that a receiving transport starts from; mediasoup's own 600,000 shows the first seconds blurred. */
export const INITIAL_OUTGOING_BITRATE = 1_000_000;

/**
 * Bits per second that the estimate for a receiving transport does not go below: enough for the smallest picture at half
 * its frames, and beside the voice not too much for 128 kbps. An estimate that a sudden jam or random loss has taken to
 * nothing needs 20 s and more to come back.
 */
export const MIN_OUTGOING_BITRATE = 80_000;

/** Milliseconds between two key frames asked of a camera or a screen, however many receivers ask. */
export const KEY_FRAME_DELAY = 150;
