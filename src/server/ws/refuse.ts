import { closeCodes, type ErrorCode } from '../../protocol/errors.ts';
import type { RoomInfo } from '../../protocol/messages.ts';
import { AppError } from '../errors.ts';
import type { PeerSocket } from '../room/ports.ts';

/**
 * What a page does that comes in vain: it shows why in place of a room (of a full room it tries again after a while), or it tries again
 * by itself, later and later, as something is away (again) or it came too often (tooOften). What passes by itself must not tell the
 * person that the door is shut.
 */
const answers: Record<ErrorCode, 'show' | 'again' | 'tooOften'> = {
  link_unknown: 'show',
  link_early: 'show',
  link_expired: 'show',
  link_revoked: 'show',
  locked_out: 'show',
  seat_taken: 'show',
  room_full: 'show',
  server_full: 'show',
  bad_request: 'show',
  unknown_method: 'show',
  not_allowed: 'show',
  wrong_state: 'show',
  not_found: 'show',
  too_fast: 'tooOften',
  too_big: 'show',
  sharing_taken: 'show',
  media_unavailable: 'again',
  store_unavailable: 'again',
  server_stopping: 'again',
  internal: 'again',
};

/** Says what the page is to do, and closes the socket. What is no answer of ours is a fault, which may pass. */
export function refuse(socket: PeerSocket, error: unknown, room: RoomInfo | null): void {
  const answer = error instanceof AppError ? answers[error.code] : 'again';
  if (answer !== 'show') {
    socket.close(answer === 'again' ? closeCodes.goingAway : closeCodes.tooMuch, 'try again soon');
    return;
  }
  const { code, message, retryAt } = error as AppError;
  socket.notify('refused', { code, message, room, retryAt: retryAt?.toISOString() ?? null });
  socket.close(closeCodes.refused, code);
}
