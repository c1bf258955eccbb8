import type { types } from 'mediasoup';
import type {
  ConsumerInfo,
  MediaSource,
  Quality,
  TransportInfo,
  TransportStatus,
} from '../../protocol/messages.ts';
import { AppError } from '../errors.ts';
import type { RoomMedia, RoomMediaEvents, SourcesOn, Traffic } from '../room/ports.ts';
import type { MediaStatistics } from '../room/records.ts';
import { KEY_FRAME_DELAY } from './codecs.ts';
import { Forwarding } from './Forwarding.ts';
import { beginSmall, refreshPictures } from './layers.ts';
import { consumerInfo, type Direction, MediaPeer } from './MediaPeer.ts';
import { type Place, takePlace } from './place.ts';
import { tryForMore } from './probing.ts';
import { assertCapabilities, refuseAsked, refuseLost, unlessGone } from './refusals.ts';
import { soon } from './soon.ts';
import { statisticsOf } from './statistics.ts';
import { trafficOf } from './traffic.ts';
import { makeTransport } from './transport.ts';
import type { WorkerPool } from './WorkerPool.ts';
import { whenBack } from './whenBack.ts';

/** Milliseconds after which a room that lost its worker looks for another again. */
const RETRY_MS = 100;
/** So often without a word: five seconds, in which a worker starts even on a busy machine. */
const PATIENT_ATTEMPTS = 50;

/**
 * The media of one room: a router, and for each peer its transports. A peer may open and connect its transports
 * and make producers while it waits; packets flow between two peers only while both gates are open.
 *
 * To have the receiving transport connected before there is anyone to hear, each gets a consumer of a silent
 * sound of the server's own, which never carries a packet.
 */
export class MediaRoom implements RoomMedia {
  readonly #pool: WorkerPool;
  readonly #events: RoomMediaEvents;
  readonly #onError: (error: unknown) => void;
  readonly #peers = new Map<string, MediaPeer>();
  readonly #forwarding: Forwarding;
  #place: Place;
  #closed = false;

  private constructor(
    pool: WorkerPool,
    events: RoomMediaEvents,
    onError: (error: unknown) => void,
    place: Place,
  ) {
    this.#pool = pool;
    this.#events = events;
    this.#onError = onError;
    this.#place = place;
    this.#forwarding = new Forwarding({ peers: this.#peers, place: () => this.#place, events, onError });
    this.#watch(place);
  }

  /** @throws {AppError} media_unavailable */
  static async open(
    pool: WorkerPool,
    events: RoomMediaEvents,
    onError: (error: unknown) => void,
  ): Promise<MediaRoom> {
    return new MediaRoom(pool, events, onError, await takePlace(pool));
  }

  get rtpCapabilities(): types.RtpCapabilities {
    return this.#place.rtpCapabilities;
  }

  openPeer(peerId: string, rtpCapabilities: types.RtpCapabilities): void {
    assertCapabilities(rtpCapabilities);
    this.removePeer(peerId);
    this.#peers.set(peerId, new MediaPeer(peerId, rtpCapabilities));
  }

  async createTransport(peerId: string, direction: Direction): Promise<TransportInfo> {
    const peer = this.#peer(peerId);
    const place = this.#place;
    const transport = await makeTransport(place, direction, this.#onError);
    if (peer.closed) {
      place.end(transport);
      throw new AppError('not_found', 'the peer has left');
    }
    // One for each direction: a second one replaces the first.
    for (const old of peer.transports.values()) if (old.appData.direction === direction) place.end(old);
    peer.transports.set(transport.id, transport);
    transport.observer.once('close', () => peer.transports.delete(transport.id));
    if (direction === 'receive') {
      transport.on('iceselectedtuplechange', () => refreshPictures(peer, this.#onError));
      tryForMore(peer, transport, this.#onError);
      this.#forwarding.startReceiving(peer);
    }
    const { id, iceParameters, iceCandidates, dtlsParameters } = transport;
    return { id, iceParameters, iceCandidates, dtlsParameters };
  }

  async connectTransport(
    peerId: string,
    transportId: string,
    dtlsParameters: types.DtlsParameters,
  ): Promise<void> {
    const transport = this.#peer(peerId).transport(transportId);
    await transport.connect({ dtlsParameters }).catch(refuseAsked(this.#place.isWell));
  }

  restartIce(peerId: string, transportId: string): Promise<types.IceParameters> {
    return this.#peer(peerId).transport(transportId).restartIce().catch(refuseAsked(this.#place.isWell));
  }

  async transportStatus(peerId: string, transportId: string): Promise<TransportStatus> {
    const transport = this.#peer(peerId).transport(transportId);
    const stats = await transport.getStats().catch(refuseAsked(this.#place.isWell));
    return {
      protocol: transport.iceSelectedTuple?.protocol ?? null,
      bytesReceived: stats[0]?.bytesReceived ?? 0,
    };
  }

  async produce(
    peerId: string,
    transportId: string,
    options: { source: MediaSource; kind: types.MediaKind; rtpParameters: types.RtpParameters },
  ): Promise<string> {
    const peer = this.#peer(peerId);
    const { source, kind, rtpParameters } = options;
    const place = this.#place;
    const transport = peer.transport(transportId);
    if (transport.appData.direction !== 'send')
      throw new AppError('bad_request', 'this transport does not send');
    if (isPicture(source) !== (kind === 'video'))
      throw new AppError('bad_request', `${source} cannot be ${kind}`);
    const producer = await transport
      .produce({
        kind,
        rtpParameters,
        paused: !peer.mayForward(source),
        ...(isPicture(source) && { keyFrameRequestDelay: KEY_FRAME_DELAY }),
        appData: { source },
      })
      .catch(refuseAsked(place.isWell));
    if (transport.closed) {
      // mediasoup closes with a transport only what it knew of: this one would be left, and hold the room with it.
      place.end(producer);
      throw new AppError('not_found', 'the transport was closed meanwhile');
    }
    // One for each source: a second one replaces the first.
    for (const old of peer.producers.values()) if (old.appData.source === source) place.end(old);
    peer.producers.set(producer.id, producer);
    producer.observer.once('close', () => peer.producers.delete(producer.id));
    whenBack(producer, () => beginSmall(this.#peers.values(), producer.id, this.#onError));
    this.#forwarding.apply(peer);
    return producer.id;
  }

  closeProducer(peerId: string, producerId: string): void {
    const producer = this.#peer(peerId).producers.get(producerId);
    if (producer) this.#place.end(producer);
  }

  async resumeConsumer(peerId: string, consumerId: string): Promise<void> {
    const consumer = this.#peer(peerId).consumers.get(consumerId);
    // Not an error: its producer may have gone while the request travelled.
    if (!consumer) return;
    // One that was resumed before has come back: what its receiver missed only a key frame can mend.
    const change = consumer.paused ? consumer.resume() : consumer.requestKeyFrame();
    await change.catch(unlessGone(refuseLost(this.#place.isWell, this.#onError)));
  }

  consumers(peerId: string): ConsumerInfo[] {
    const peer = this.#peers.get(peerId);
    return peer ? [...peer.consumers.values()].map(consumerInfo) : [];
  }

  setGate(peerId: string, open: boolean): void {
    const peer = this.#peers.get(peerId);
    if (!peer || peer.open === open) return;
    if (open) this.#leaveFullWorker().catch(this.#onError);
    peer.open = open;
    this.#tellWhetherTalking();
    this.#forwarding.apply(peer);
  }

  setSources(peerId: string, on: SourcesOn): void {
    const peer = this.#peers.get(peerId);
    if (!peer) return;
    peer.on = on;
    if (!on.screen) this.#forwarding.closeScreens(peer);
    this.#forwarding.apply(peer);
  }

  setQuality(peerId: string, quality: Quality): void {
    const peer = this.#peers.get(peerId);
    if (!peer) return;
    peer.quality = quality;
    this.#forwarding.applyQuality(peer);
  }

  async statistics(peerId: string): Promise<MediaStatistics | null> {
    const peer = this.#peers.get(peerId);
    return peer ? statisticsOf(peer) : null;
  }

  async traffic(): Promise<Map<string, Traffic>> {
    const traffic = [...this.#peers.values()].map(async (peer): Promise<[string, Traffic][]> => {
      const found = await soon(trafficOf(peer));
      return found ? [[peer.id, found]] : [];
    });
    // One who leaves meanwhile has none any more; of those in a worker that hangs it is not known.
    return new Map((await Promise.all(traffic)).flat());
  }

  removePeer(peerId: string): void {
    this.#peers.get(peerId)?.close(this.#place.end);
    this.#peers.delete(peerId);
    this.#tellWhetherTalking();
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#forgetPeers();
    giveBack(this.#place);
  }

  #peer(peerId: string): MediaPeer {
    const peer = this.#peers.get(peerId);
    if (!peer) throw new AppError('wrong_state', 'openMedia comes first');
    return peer;
  }

  get #isTalking(): boolean {
    return this.#peers.values().some(({ open }) => open);
  }

  #tellWhetherTalking(): void {
    this.#place.talks(this.#isTalking);
  }

  // A router closes by itself only when its worker has died: the room goes on in another worker.
  #watch({ router }: Place): void {
    router.once('workerclose', () => {
      if (this.#closed) return;
      this.#forgetPeers();
      this.#leaveDeadWorker().catch(this.#onError);
    });
  }

  // The worker had power when the room was opened: a call begins where there is some now. Once: later it would run.
  async #leaveFullWorker(): Promise<void> {
    const from = this.#place;
    if (this.#isTalking || !from.isFull() || this.#pool.isFull) return;
    const place = await takePlace(this.#pool);
    if (place.isFull()) giveBack(place);
    else this.#move(from, place);
  }

  #forgetPeers(): void {
    for (const peer of this.#peers.values()) peer.closed = true;
    this.#peers.clear();
  }

  #move(from: Place, place: Place): void {
    // It may have died meanwhile, and another place have been found.
    if (this.#closed || this.#place !== from) {
      giveBack(place);
      return;
    }
    this.#forgetPeers();
    giveBack(from);
    this.#place = place;
    this.#watch(place);
    this.#events.lost();
  }

  async #leaveDeadWorker(): Promise<void> {
    const from = this.#place;
    for (let attempt = 0; !this.#closed && this.#place === from; attempt++) {
      try {
        return this.#move(from, await takePlace(this.#pool));
      } catch (error) {
        // The pool tells of a worker that died, and needs a moment for the next: only if there is none is something wrong here.
        if (attempt === PATIENT_ATTEMPTS) this.#onError(error);
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
      }
    }
  }
}

function giveBack({ router, release, end }: Place): void {
  end(router);
  release();
}

const isPicture = (source: MediaSource) => source === 'camera' || source === 'screen';
