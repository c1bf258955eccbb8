import type { MediaStatistics } from '../room/records.ts';
import type { MediaPeer } from './MediaPeer.ts';

/** What went through a peer's transports until now. All is asked at once, before anything of it is closed. */
export async function statisticsOf(peer: MediaPeer): Promise<MediaStatistics | null> {
  const transports = [...peer.transports.values()];
  if (transports.length === 0) return null;
  const sending = transports.filter(({ appData }) => appData.direction === 'send');
  const receiving = transports.filter(({ appData }) => appData.direction === 'receive');
  const tuple = transports.map(({ iceSelectedTuple }) => iceSelectedTuple).find((found) => found);
  const [sent, received, producers, consumers] = await Promise.all([
    Promise.all(sending.map((transport) => transport.getStats())),
    Promise.all(receiving.map((transport) => transport.getStats())),
    figuresOf(peer.producers),
    figuresOf(peer.consumers),
  ]);
  const arriving = producers.filter(({ type }) => type === 'inbound-rtp');
  // A consumer also tells of the producer it forwards, under another type.
  const leaving = consumers.filter(({ type }) => type === 'outbound-rtp');
  const trips = [...arriving, ...leaving]
    .map(({ roundTripTime }) => roundTripTime ?? 0)
    .filter((ms) => ms > 0);
  return {
    protocol: tuple?.protocol ?? null,
    sentBytes: sum(sent.flat(), 'bytesReceived'),
    receivedBytes: sum(received.flat(), 'bytesSent'),
    sentLoss: loss(arriving),
    receivedLoss: loss(leaving),
    roundTripMs: trips.length > 0 ? Math.round(trips.reduce((a, b) => a + b) / trips.length) : null,
  };
}

/** Without those of who left just before: the worker has closed them, and the word of it is on its way to us. */
async function figuresOf<T>(streams: Map<string, { getStats(): Promise<T[]> }>): Promise<T[]> {
  const asked = await Promise.allSettled([...streams.values()].map((stream) => stream.getStats()));
  return asked.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []));
}

function sum<K extends string>(rows: { [key in K]: number }[], key: K): number {
  return rows.reduce((total, row) => total + row[key], 0);
}

function loss(streams: { packetCount: number; packetsLost: number }[]): number | null {
  const lost = sum(streams, 'packetsLost');
  const all = lost + sum(streams, 'packetCount');
  return all > 0 ? Math.round((lost / all) * 10_000) / 10_000 : null;
}
