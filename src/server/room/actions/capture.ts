/** Taking a picture of a person's camera: the page takes it, where it may. */
import { AppError } from '../../errors.ts';
import type { Peer } from '../Peer.ts';
import type { Actions } from './action.ts';

/** Only whether it may be is answered, and noted. */
export const captureActions: Actions<'capture'> = {
  capture({ room, peer }, { peerId }) {
    assertMayBeCaptured(room.people.get(peerId));
    room.journal.note('picture.captured', peer, { subject: peerId });
    return null;
  },
};

/** @throws {AppError} wrong_state while they are not in the call, on hold, or their camera is off */
function assertMayBeCaptured(peer: Peer): void {
  if (peer.state !== 'inCall' || !peer.devices.camera)
    throw new AppError(
      'wrong_state',
      'no picture can be taken while the camera is off or the person is on hold',
    );
}
