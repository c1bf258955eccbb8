import { AppError } from '../errors.ts';
import type { Peer } from './Peer.ts';

/**
 * Whether a picture may be taken of this person's camera now.
 * @throws {AppError} wrong_state while they are not in the call, on hold, or their camera is off
 */
export function assertMayBeCaptured(peer: Peer): void {
  if (peer.state !== 'inCall' || !peer.devices.camera)
    throw new AppError(
      'wrong_state',
      'no picture can be taken while the camera is off or the person is on hold',
    );
}
