import type { types as mediasoup } from 'mediasoup';
import type {
  ConsumerInfo,
  MediaSource,
  PersonState,
  TransportInfo,
  TransportStatus,
} from '../../protocol/messages.ts';
import type { Peer } from './Peer.ts';
import { mayExchangeMedia } from './permissions.ts';
import type { RoomMedia, Traffic } from './ports.ts';
import type { MediaStatistics } from './records.ts';

export type NewProducer = {
  source: MediaSource;
  kind: mediasoup.MediaKind;
  rtpParameters: mediasoup.RtpParameters;
};

/** Whose media it is: a person with a place in the room, or one who is early. */
export type MediaOwner = Pick<Peer, 'id' | 'devices' | 'quality' | 'sharing'> & { state: PersonState };

/** The media of a room's people: opened, gated and ended here alone. */
export class GatedMedia {
  readonly #media: RoomMedia;

  constructor(media: RoomMedia) {
    this.#media = media;
  }

  get rtpCapabilities(): mediasoup.RtpCapabilities {
    return this.#media.rtpCapabilities;
  }

  open(peer: MediaOwner, rtpCapabilities: mediasoup.RtpCapabilities): void {
    this.#media.openPeer(peer.id, rtpCapabilities);
    this.followQuality(peer);
    this.follow(peer);
  }

  followQuality(peer: MediaOwner): void {
    this.#media.setQuality(peer.id, peer.quality);
  }

  /** Has what flows to and from a person agree with how they are now: their devices, their screen, and the gate with their state. */
  follow(peer: MediaOwner): void {
    this.#media.setSources(peer.id, { ...peer.devices, screen: peer.sharing });
    this.#media.setGate(peer.id, mayExchangeMedia(peer.state));
  }

  /** Ends all media of a person, who may open it anew. */
  end(peer: MediaOwner): void {
    this.#media.removePeer(peer.id);
  }

  createTransport(peer: MediaOwner, direction: 'send' | 'receive'): Promise<TransportInfo> {
    return this.#media.createTransport(peer.id, direction);
  }

  connectTransport(peer: MediaOwner, transportId: string, dtls: mediasoup.DtlsParameters): Promise<void> {
    return this.#media.connectTransport(peer.id, transportId, dtls);
  }

  restartIce(peer: MediaOwner, transportId: string): Promise<mediasoup.IceParameters> {
    return this.#media.restartIce(peer.id, transportId);
  }

  transportStatus(peer: MediaOwner, transportId: string): Promise<TransportStatus> {
    return this.#media.transportStatus(peer.id, transportId);
  }

  /** @returns the producer's id */
  produce(peer: MediaOwner, transportId: string, producer: NewProducer): Promise<string> {
    return this.#media.produce(peer.id, transportId, producer);
  }

  closeProducer(peer: MediaOwner, producerId: string): void {
    this.#media.closeProducer(peer.id, producerId);
  }

  resumeConsumer(peer: MediaOwner, consumerId: string): Promise<void> {
    return this.#media.resumeConsumer(peer.id, consumerId);
  }

  consumers(peer: MediaOwner): ConsumerInfo[] {
    return this.#media.consumers(peer.id);
  }

  /** What went through the person's transports; null when they never had any. Ask before `end`. */
  statistics(peer: MediaOwner): Promise<MediaStatistics | null> {
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
