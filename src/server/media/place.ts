import type { types } from 'mediasoup';
import { AppError } from '../errors.ts';
import { mediaCodecs, silence } from './codecs.ts';
import type { Place as WorkerPlace, WorkerPool } from './WorkerPool.ts';

/** Where a room's media is: its router in one of the workers, with the server's own silent sound. */
export type Place = WorkerPlace & {
  router: types.Router;
  silence: types.Producer;
  /** The router's, which makes a copy each time that it is asked. */
  rtpCapabilities: types.RtpCapabilities;
};

/** @throws {AppError} media_unavailable */
export async function takePlace(pool: WorkerPool): Promise<Place> {
  const place = pool.take();
  let router: types.Router | undefined;
  try {
    router = await place.worker.createRouter({ mediaCodecs });
    const direct = await router.createDirectTransport();
    const { rtpCapabilities } = router;
    return { ...place, router, rtpCapabilities, silence: await direct.produce(silence) };
  } catch (cause) {
    if (router) place.end(router);
    place.release();
    // Whoever tries again is to find another.
    await place.isWell();
    throw new AppError('media_unavailable', 'the media server did not answer; try again', { cause });
  }
}
