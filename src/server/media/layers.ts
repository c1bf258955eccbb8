/** Which of the pictures that a sender makes of one camera is handed on, and when it begins anew. */
import { parseScalabilityMode } from 'mediasoup';
import { highestLayer } from '../../protocol/quality.ts';
import type { MediaConsumer, MediaPeer } from './MediaPeer.ts';
import { unlessGone } from './refusals.ts';

type OnError = (error: unknown) => void;

/** Milliseconds after which a sender that came back knows again how much its line carries. */
const SMALL_MS = 2_000;

/** As the receiver's quality has it; mediasoup hands on less where the line carries less. */
export function preferLayers({ quality }: MediaPeer, consumer: MediaConsumer, onError: OnError): void {
  const [encoding] = consumer.rtpParameters.encodings ?? [];
  const { spatialLayers } = parseScalabilityMode(encoding?.scalabilityMode);
  prefer(consumer, highestLayer(spatialLayers, quality), onError);
}

/**
 * Who comes back sends the smallest picture first, and only padding in the place of the larger ones. mediasoup
 * takes that for a picture and waits seconds for its key frame: until then it is to hand on what there is.
 */
export function beginSmall(receivers: Iterable<MediaPeer>, producerId: string, onError: OnError): void {
  for (const peer of receivers) {
    for (const consumer of peer.consumers.values()) {
      if (consumer.producerId !== producerId) continue;
      prefer(consumer, 0, onError);
      setTimeout(() => !consumer.closed && preferLayers(peer, consumer, onError), SMALL_MS).unref();
    }
  }
}

/** On a receiver's way to another address something was lost: pictures go on from a key frame only. */
export function refreshPictures({ consumers }: MediaPeer, onError: OnError): void {
  for (const consumer of consumers.values()) {
    if (consumer.kind !== 'video' || consumer.paused) continue;
    consumer.requestKeyFrame().catch(unlessGone(onError));
  }
}

function prefer(consumer: MediaConsumer, spatialLayer: number, onError: OnError): void {
  if (consumer.type !== 'simulcast') return;
  consumer.setPreferredLayers({ spatialLayer }).catch(unlessGone(onError));
}
