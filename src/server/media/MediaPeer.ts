import type { types } from 'mediasoup';
import type { ConsumerInfo, MediaSource, Quality } from '../../protocol/messages.ts';
import { AppError } from '../errors.ts';
import type { SourcesOn } from '../room/ports.ts';
import type { Place } from './WorkerPool.ts';

/** As the page sees it: it sends, or it receives. */
export type Direction = 'send' | 'receive';

type TransportData = { direction: Direction };
export type ProducerData = { source: MediaSource };
type ConsumerData = { source: MediaSource; peerId: string };

export type MediaTransport = types.WebRtcTransport<TransportData>;
export type MediaProducer = types.Producer<ProducerData>;
export type MediaConsumer = types.Consumer<ConsumerData>;

/** One peer's transports, producers and consumers in a room, and whether its gate is open. */
export class MediaPeer {
  readonly id: string;
  readonly rtpCapabilities: types.RtpCapabilities;
  readonly transports = new Map<string, MediaTransport>();
  readonly producers = new Map<string, MediaProducer>();
  readonly consumers = new Map<string, MediaConsumer>();
  /** Producers whose consumer is being made, so that none is made twice. */
  readonly consuming = new Set<string>();
  open = false;
  on: SourcesOn = { microphone: true, camera: true, screen: false };
  quality: Quality = 'high';
  closed = false;

  constructor(id: string, rtpCapabilities: types.RtpCapabilities) {
    this.id = id;
    this.rtpCapabilities = rtpCapabilities;
  }

  /** @throws {AppError} not_found */
  transport(transportId: string): MediaTransport {
    const transport = this.transports.get(transportId);
    if (!transport) throw new AppError('not_found', 'no such transport');
    return transport;
  }

  get receiveTransport(): MediaTransport | undefined {
    return this.transports.values().find(({ appData }) => appData.direction === 'receive');
  }

  /** Whether a producer of this source may forward its packets now. */
  mayForward(source: MediaSource): boolean {
    if (!this.open || source === 'silence') return false;
    return this.on[source === 'screenSound' ? 'screen' : source] && this.hasPart(source);
  }

  /** Whether the peer's quality leaves it this source at all, in either direction. */
  hasPart(source: MediaSource): boolean {
    return this.quality !== 'audio' || source === 'microphone' || source === 'silence';
  }

  close(end: Place['end']): void {
    this.closed = true;
    for (const transport of this.transports.values()) end(transport);
  }
}

/** A consumer as its page is told of it. */
export function consumerInfo({ id, producerId, kind, rtpParameters, appData }: MediaConsumer): ConsumerInfo {
  return { id, producerId, kind, rtpParameters, ...appData };
}
