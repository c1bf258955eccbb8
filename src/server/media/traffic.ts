import type { Traffic } from '../room/ports.ts';
import type { MediaPeer } from './MediaPeer.ts';

/**
 * mediasoup scores a stream from 0 to 10 by the share of packets that arrive, to the fourth power: up to here at
 * least one in ten is lost (RtpStream::UpdateScore), and a picture stands still again and again.
 */
const BAD_SCORE = 6;

/** What flows from and to a peer just now. */
export async function trafficOf(peer: MediaPeer): Promise<Traffic> {
  const stats = await Promise.all([...peer.transports.values()].map((transport) => transport.getStats()));
  const rows = stats.flat();
  const sum = (key: 'recvBitrate' | 'sendBitrate') => rows.reduce((total, row) => total + row[key], 0);
  return {
    sentBps: sum('recvBitrate'),
    receivedBps: sum('sendBitrate'),
    sentLoss: worst(rows.map((row) => row.rtpPacketLossReceived)),
    receivedLoss: worst(rows.map((row) => row.rtpPacketLossSent)),
    isBad: isBad(peer),
  };
}

/** mediasoup knows of loss once transport-wide feedback has come, which there is for pictures. */
function worst(shares: (number | undefined)[]): number | null {
  const known = shares.filter((share) => share !== undefined);
  return known.length > 0 ? Math.max(...known) : null;
}

/** Of simulcast the best layer counts: the others are turned off on purpose. */
function isBad({ producers, consumers }: MediaPeer): boolean {
  const sent = [...producers.values()]
    .filter(({ paused, score }) => !paused && score.length > 0)
    .map(({ score }) => Math.max(...score.map((stream) => stream.score)));
  const received = [...consumers.values()]
    .filter(
      ({ paused, producerPaused, appData }) => !paused && !producerPaused && appData.source !== 'silence',
    )
    .map(({ score }) => score.score);
  return [...sent, ...received].some((score) => score <= BAD_SCORE);
}
