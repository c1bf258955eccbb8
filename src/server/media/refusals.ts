/** What a call to the media worker may be refused with, and what of that is nobody's fault. */
import type { types } from 'mediasoup';
import { NotFoundError, UnsupportedError, WorkerClosedError } from 'mediasoup/errors';
import * as ortc from 'mediasoup/ortc';
import { AppError } from '../errors.ts';

type IsWell = () => Promise<boolean>;

/**
 * Says what a page can do when mediasoup does not take what it asked for. Parameters that fit nothing, a transport that
 * is connected already, a number that another stream has: all are the sender's doing, and nothing was changed.
 * @param isWell whether the worker answers at all: if not, nothing of it is the sender's doing
 * @throws {AppError} media_unavailable when the worker has died or is at fault, not_found when it was closed meanwhile, else bad_request
 */
export function refuseAsked(isWell: IsWell): (error: unknown) => Promise<never> {
  return async (error) => {
    assertThere(error);
    if (!(await isWell())) throw lost(error);
    throw misfit(error);
  };
}

/**
 * What else happens where nothing of the page's is at fault: reported, as whoever asked cannot do more than try again.
 * @throws {AppError} media_unavailable, not_found as above
 */
export function refuseLost(
  isWell: IsWell,
  onError: (error: unknown) => void,
): (error: unknown) => Promise<never> {
  return async (error) => {
    assertThere(error);
    // One that is at fault is reported by the pool.
    if (await isWell()) onError(error);
    throw lost(error);
  };
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
  if (error instanceof WorkerClosedError) throw lost(error);
}

const lost = (cause: unknown) =>
  new AppError('media_unavailable', 'the media server was lost; try again', { cause });
const misfit = (cause: unknown) => new AppError('bad_request', (cause as Error).message, { cause });

/**
 * What mediasoup would find at the first stream that is to be received, when nobody could be told any more.
 * @throws {AppError} bad_request
 */
export function assertCapabilities(rtpCapabilities: types.RtpCapabilities): void {
  try {
    // In a copy: it fills in what is missing.
    ortc.validateAndNormalizeRtpCapabilities(structuredClone(rtpCapabilities));
  } catch (error) {
    throw misfit(error);
  }
}

/** Whether a browser cannot decode what it was to receive: no fault, it goes without. */
export const isUndecodable = (error: unknown) => error instanceof UnsupportedError;
