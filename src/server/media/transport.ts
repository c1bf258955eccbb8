import { INITIAL_OUTGOING_BITRATE, MIN_OUTGOING_BITRATE } from './codecs.ts';
import type { Direction, MediaTransport } from './MediaPeer.ts';
import type { Place } from './place.ts';
import { refuseLost } from './refusals.ts';

/** @throws {AppError} media_unavailable when the worker gives none, or cannot set it up: nothing of it is left then */
export async function makeTransport(
  place: Place,
  direction: Direction,
  onError: (error: unknown) => void,
): Promise<MediaTransport> {
  const refuse = refuseLost(place.isWell, onError);
  const transport = await place.router
    .createWebRtcTransport({
      webRtcServer: place.webRtcServer,
      enableUdp: true,
      enableTcp: true,
      preferUdp: true,
      initialAvailableOutgoingBitrate: INITIAL_OUTGOING_BITRATE,
      appData: { direction },
    })
    .catch(refuse);
  if (direction === 'receive') {
    await transport.setMinOutgoingBitrate(MIN_OUTGOING_BITRATE).catch((error) => {
      place.end(transport);
      return refuse(error);
    });
  }
  return transport;
}
