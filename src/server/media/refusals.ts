/** What a call to the media worker may be refused with, and what of that is nobody's fault. */
import type { types } from 'mediasoup';
import { NotFoundError, UnsupportedError, WorkerClosedError } from 'mediasoup/errors';
import * as ortc from 'mediasoup/ortc';
import { AppError } from '../errors.ts';

/**
 * Says what a page can do when mediasoup does not take what it asked for. Parameters that fit nothing, a transport that
 * is connected already, a number that another stream has: all are the sender's doing, and nothing was changed.
 * @throws {AppError} media_unavailable when the worker has died, not_found when it was closed meanwhile, else bad_request
 */
export function refuseAsked(error: unknown): never {
  assertThere(error);
  throw new AppError('bad_request', (error as Error).message, { cause: error });
}

/**
 * What else happens where nothing of the page's is at fault.
 * @throws {AppError} media_unavailable, not_found as above, and what it is given
 */
export function refuseLost(error: unknown): never {
  assertThere(error);
  throw error;
}

/**
 * For a call that nobody waits for: reports its failure, unless what it was about is gone. The worker answers that it does not
 * know it, and mediasoup tells us of the closing a moment after that answer, so `closed` cannot be asked instead.
 */
export function unlessGone(onError: (error: unknown) => void): (error: unknown) => void {
  return (error) => {
    if (!isGone(error)) onError(error);
  };
}

const isGone = (error: unknown) => error instanceof NotFoundError || error instanceof WorkerClosedError;

function assertThere(error: unknown): void {
  if (error instanceof NotFoundError)
    throw new AppError('not_found', 'it was closed before this was asked', { cause: error });
  if (error instanceof WorkerClosedError)
    throw new AppError('media_unavailable', 'the media server was lost; try again', { cause: error });
}

/**
 * What mediasoup would find at the first stream that is to be received, when nobody could be told any more.
 * @throws {AppError} bad_request
 */
export function assertCapabilities(rtpCapabilities: types.RtpCapabilities): void {
  try {
    // In a copy: it fills in what is missing.
    ortc.validateAndNormalizeRtpCapabilities(structuredClone(rtpCapabilities));
  } catch (error) {
    refuseAsked(error);
  }
}

/** Whether a browser cannot decode what it was to receive: no fault, it goes without. */
export const isUndecodable = (error: unknown) => error instanceof UnsupportedError;
