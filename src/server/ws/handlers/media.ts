import { mayExchangeMedia } from '../../room/permissions.ts';
import type { Handlers } from './index.ts';

export const mediaHandlers: Handlers<
  | 'openMedia'
  | 'closeMedia'
  | 'createTransport'
  | 'connectTransport'
  | 'restartIce'
  | 'transportStatus'
  | 'produce'
  | 'closeProducer'
  | 'resumeConsumer'
> = {
  openMedia({ room, peer }, { rtpCapabilities }) {
    room.media.openPeer(peer.id, rtpCapabilities);
    room.media.setQuality(peer.id, peer.quality);
    room.applySources(peer);
    room.media.setGate(peer.id, mayExchangeMedia(peer.state));
    return null;
  },

  closeMedia({ room, peer }) {
    room.media.removePeer(peer.id);
    return null;
  },

  createTransport: ({ room, peer }, { direction }) => room.media.createTransport(peer.id, direction),

  async connectTransport({ room, peer }, { transportId, dtlsParameters }) {
    await room.media.connectTransport(peer.id, transportId, dtlsParameters);
    return null;
  },

  async restartIce({ room, peer }, { transportId }) {
    return { iceParameters: await room.media.restartIce(peer.id, transportId) };
  },

  transportStatus: ({ room, peer }, { transportId }) => room.media.transportStatus(peer.id, transportId),

  async produce({ room, peer }, { transportId, source, kind, rtpParameters }) {
    return { producerId: await room.media.produce(peer.id, transportId, { source, kind, rtpParameters }) };
  },

  closeProducer({ room, peer }, { producerId }) {
    room.media.closeProducer(peer.id, producerId);
    return null;
  },

  async resumeConsumer({ room, peer }, { consumerId }) {
    await room.media.resumeConsumer(peer.id, consumerId);
    return null;
  },
};
