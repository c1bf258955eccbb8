import type { types as mediasoup } from 'mediasoup';
import type { ConsumerInfo, MediaSource, TransportInfo, TransportStatus } from '../../protocol/messages.ts';
import type { Peer } from './Peer.ts';
import { mayExchangeMedia } from './permissions.ts';
import type { RoomMedia, Traffic } from './ports.ts';
import type { MediaStatistics } from './records.ts';

export type NewProducer = {
  source: MediaSource;
  kind: mediasoup.MediaKind;
  rtpParameters: mediasoup.RtpParameters;
};

/** The media of a room's people: opened, gated and ended here alone. */
export class GatedMedia {
  readonly #media: RoomMedia;

  constructor(media: RoomMedia) {
    this.#media = media;
  }

  get rtpCapabilities(): mediasoup.RtpCapabilities {
    return this.#media.rtpCapabilities;
  }

  open(peer: Peer, rtpCapabilities: mediasoup.RtpCapabilities): void {
    this.#media.openPeer(peer.id, rtpCapabilities);
    this.followQuality(peer);
    this.follow(peer);
  }

  followQuality(peer: Peer): void {
    this.#media.setQuality(peer.id, peer.quality);
  }

  /** Has what flows to and from a person agree with how they are now: their devices, their screen, and the gate with their state. */
  follow(peer: Peer): void {
    this.#media.setSources(peer.id, { ...peer.devices, screen: peer.sharing });
    this.#media.setGate(peer.id, mayExchangeMedia(peer.state));
  }

  /** Ends all media of a person, who may open it anew. */
  end(peer: Peer): void {
    this.#media.removePeer(peer.id);
  }

  createTransport(peer: Peer, direction: 'send' | 'receive'): Promise<TransportInfo> {
    return this.#media.createTransport(peer.id, direction);
  }

  connectTransport(peer: Peer, transportId: string, dtls: mediasoup.DtlsParameters): Promise<void> {
    return this.#media.connectTransport(peer.id, transportId, dtls);
  }

  restartIce(peer: Peer, transportId: string): Promise<mediasoup.IceParameters> {
    return this.#media.restartIce(peer.id, transportId);
  }

  transportStatus(peer: Peer, transportId: string): Promise<TransportStatus> {
    return this.#media.transportStatus(peer.id, transportId);
  }

  /** @returns the producer's id */
  produce(peer: Peer, transportId: string, producer: NewProducer): Promise<string> {
    return this.#media.produce(peer.id, transportId, producer);
  }

  closeProducer(peer: Peer, producerId: string): void {
    this.#media.closeProducer(peer.id, producerId);
  }

  resumeConsumer(peer: Peer, consumerId: string): Promise<void> {
    return this.#media.resumeConsumer(peer.id, consumerId);
  }

  consumers(peer: Peer): ConsumerInfo[] {
    return this.#media.consumers(peer.id);
  }

  /** What went through the person's transports; null when they never had any. Ask before `end`. */
  statistics(peer: Peer): Promise<MediaStatistics | null> {
    return this.#media.statistics(peer.id);
  }

  /** What flows now, by peer. */
  traffic(): Promise<Map<string, Traffic>> {
    return this.#media.traffic();
  }

  close(): void {
    this.#media.close();
  }
}
