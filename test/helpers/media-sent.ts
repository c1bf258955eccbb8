/** What leaves the media workers of this process for anyone. */
import type { ExecutionContext } from 'ava';
import { observer, type types } from 'mediasoup';

/**
 * Begin before the server starts. The returned function gives the bytes of sound and picture that were sent until now to whoever is
 * connected: RTP, what is sent again included, and nothing of what keeps a line alive or measures it.
 */
export function watchMediaSent(t: ExecutionContext): () => Promise<number> {
  const transports = new Set<types.WebRtcTransport>();
  const onTransport = (transport: types.Transport) => {
    if (transport.type === 'webrtc') transports.add(transport as types.WebRtcTransport);
    transport.observer.once('close', () => transports.delete(transport as types.WebRtcTransport));
  };
  const onRouter = (router: types.Router) => router.observer.on('newtransport', onTransport);
  const onWorker = (worker: types.Worker) => worker.observer.on('newrouter', onRouter);
  observer.on('newworker', onWorker);
  t.teardown(() => observer.off('newworker', onWorker));
  return async () => {
    const stats = await Promise.all([...transports].map((transport) => transport.getStats()));
    return stats.flat().reduce((sum, { rtpBytesSent, rtxBytesSent }) => sum + rtpBytesSent + rtxBytesSent, 0);
  };
}
