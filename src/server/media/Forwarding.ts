import type { MediaSource } from '../../protocol/messages.ts';
import type { RoomMediaEvents } from '../room/ports.ts';
import { preferLayers } from './layers.ts';
import { consumerInfo, type MediaConsumer, type MediaPeer, type MediaProducer } from './MediaPeer.ts';
import type { Place } from './place.ts';
import { isUndecodable, unlessGone } from './refusals.ts';

type ForwardingOptions = {
  peers: ReadonlyMap<string, MediaPeer>;
  /** Where the room is now. */
  place: () => Place;
  events: RoomMediaEvents;
  onError: (error: unknown) => void;
};

/** Which packets of whom go to whom in a room: producers that are paused or not, and the consumers between those whose gates are open. */
export class Forwarding {
  readonly #peers: ReadonlyMap<string, MediaPeer>;
  readonly #place: () => Place;
  readonly #events: RoomMediaEvents;
  readonly #onError: (error: unknown) => void;

  constructor({ peers, place, events, onError }: ForwardingOptions) {
    this.#peers = peers;
    this.#place = place;
    this.#events = events;
    this.#onError = onError;
  }

  /** Makes what flows to and from a peer agree with its gate, its devices, its quality, and everyone else's. */
  apply(peer: MediaPeer): void {
    const { giveUp } = this.#place();
    for (const producer of peer.producers.values()) {
      if (peer.mayForward(producer.appData.source)) producer.resume().catch(unlessGone(this.#onError));
      // What is not to be heard must not be: where it cannot be stopped, the worker is.
      else producer.pause().catch(unlessGone(giveUp));
    }
    for (const other of this.#peers.values()) {
      if (other === peer) continue;
      if (peer.open && other.open) {
        this.#consumeAll(peer, other);
        this.#consumeAll(other, peer);
      } else {
        this.#closeBetween(peer, other);
      }
    }
  }

  /** Ends what a peer sends of its screen, picture and sound. */
  closeScreens({ producers }: MediaPeer): void {
    for (const producer of producers.values())
      if (['screen', 'screenSound'].includes(producer.appData.source)) this.#place().end(producer);
  }

  #closeBetween(a: MediaPeer, b: MediaPeer): void {
    for (const consumer of a.consumers.values())
      if (consumer.appData.peerId === b.id) this.#place().end(consumer);
    for (const consumer of b.consumers.values())
      if (consumer.appData.peerId === a.id) this.#place().end(consumer);
  }

  /** The peer has a transport to receive by. */
  startReceiving(peer: MediaPeer): void {
    this.#consume(peer, '', 'silence', this.#place().silence.id);
    for (const other of this.#peers.values()) {
      if (other !== peer && peer.open && other.open) this.#consumeAll(peer, other);
    }
  }

  #consumeAll(receiver: MediaPeer, sender: MediaPeer): void {
    for (const producer of sender.producers.values()) {
      const { source } = (producer as MediaProducer).appData;
      if (source !== 'silence') this.#consume(receiver, sender.id, source, producer.id);
    }
  }

  #consume(receiver: MediaPeer, peerId: string, source: MediaSource, producerId: string): void {
    if (!receiver.hasPart(source)) return;
    const transport = receiver.receiveTransport;
    const has = receiver.consumers.values().some((consumer) => consumer.producerId === producerId);
    if (!transport || has || receiver.consuming.has(producerId)) return;
    receiver.consuming.add(producerId);
    const { end } = this.#place();
    transport
      .consume({
        producerId,
        rtpCapabilities: receiver.rtpCapabilities,
        paused: true,
        // Of sound as well: what is lost is sent again, where there is time for it before it must be heard.
        enableRtx: true,
        appData: { source, peerId },
      })
      .then((consumer) => {
        // mediasoup closes with a transport only what it knew of: this one would be left, and hold the room with it.
        if (transport.closed) end(consumer);
        else this.#consumerMade(receiver, consumer);
      })
      .catch((error) => {
        if (isUndecodable(error)) return;
        // The sender or the receiver may have gone meanwhile: then there is nothing to hear.
        if (transport.closed || !this.#peers.get(peerId)?.producers.has(producerId)) return;
        unlessGone(this.#onError)(error);
      })
      .finally(() => {
        receiver.consuming.delete(producerId);
        // Another transport took the place of this one meanwhile, and waits for the same.
        if (transport.closed) this.#consume(receiver, peerId, source, producerId);
      });
  }

  /** Ends what the quality of a peer leaves out, and asks of the rest what it takes. */
  applyQuality(peer: MediaPeer): void {
    for (const consumer of peer.consumers.values()) {
      if (peer.hasPart(consumer.appData.source)) preferLayers(peer, consumer, this.#onError);
      else this.#place().end(consumer);
    }
    this.apply(peer);
  }

  #consumerMade(receiver: MediaPeer, consumer: MediaConsumer): void {
    const { source, peerId } = consumer.appData;
    const flows = receiver.open && this.#peers.get(peerId)?.open && receiver.hasPart(source);
    const wanted = source === 'silence' || flows;
    if (!wanted || receiver.closed) {
      this.#place().end(consumer);
      return;
    }
    receiver.consumers.set(consumer.id, consumer);
    consumer.observer.once('close', () => {
      receiver.consumers.delete(consumer.id);
      if (!receiver.closed) this.#events.consumerRemoved(receiver.id, consumer.id);
    });
    preferLayers(receiver, consumer, this.#onError);
    this.#events.consumerAdded(receiver.id, consumerInfo(consumer));
  }
}
