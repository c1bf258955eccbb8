/** Opening and using one's media, also while waiting: whether anything flows is the gate's to say (GatedMedia). */
import type { Actions, MediaSeat } from './action.ts';

export type MediaMethod =
  | 'openMedia'
  | 'closeMedia'
  | 'createTransport'
  | 'connectTransport'
  | 'restartIce'
  | 'transportStatus'
  | 'produce'
  | 'closeProducer'
  | 'resumeConsumer';

export const mediaActions: Actions<MediaMethod, MediaSeat> = {
  openMedia({ room, peer }, { rtpCapabilities }) {
    room.media.open(peer, rtpCapabilities);
    return null;
  },

  closeMedia({ room, peer }) {
    room.media.end(peer);
    return null;
  },

  createTransport: ({ room, peer }, { direction }) => room.media.createTransport(peer, direction),

  async connectTransport({ room, peer }, { transportId, dtlsParameters }) {
    await room.media.connectTransport(peer, transportId, dtlsParameters);
    return null;
  },

  async restartIce({ room, peer }, { transportId }) {
    return { iceParameters: await room.media.restartIce(peer, transportId) };
  },

  transportStatus: ({ room, peer }, { transportId }) => room.media.transportStatus(peer, transportId),

  async produce({ room, peer }, { transportId, source, kind, rtpParameters }) {
    return { producerId: await room.media.produce(peer, transportId, { source, kind, rtpParameters }) };
  },

  closeProducer({ room, peer }, { producerId }) {
    room.media.closeProducer(peer, producerId);
    return null;
  },

  async resumeConsumer({ room, peer }, { consumerId }) {
    await room.media.resumeConsumer(peer, consumerId);
    return null;
  },
};
