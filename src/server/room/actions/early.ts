/** What those can do who come before the room opens: run the environment check, and go. */
import { closeCodes } from '../../../protocol/errors.ts';
import type { Method, Params, Results } from '../../../protocol/messages.ts';
import { AppError } from '../../errors.ts';
import type { Visit } from '../Foyer.ts';
import { assertMay } from '../permissions.ts';
import type { Actions } from './action.ts';
import { type MediaMethod, mediaActions } from './media.ts';

type EarlyMethod = MediaMethod | 'ping' | 'leave';

const actions: Actions<EarlyMethod, Visit> = {
  ...mediaActions,
  ping: () => null,
  openMedia(visit, params) {
    const { room, peer } = visit;
    const iceServers = room.relayFor(peer);
    if (iceServers.length > 0) peer.socket.notify('iceServers', { iceServers });
    return mediaActions.openMedia(visit, params);
  },
  leave({ room, peer }) {
    room.leave(peer);
    peer.socket.notify('ended', { reason: 'left' });
    peer.socket.close(closeCodes.ended, 'left');
    return null;
  },
};

const isEarlyMethod = (method: Method): method is EarlyMethod => Object.hasOwn(actions, method);

/**
 * Does what somebody asks for who is early.
 * @throws {AppError} not_allowed for the wrong role, wrong_state for what has to wait until the room opens, and what the action throws
 */
export function performEarly(
  visit: Visit,
  method: Exclude<Method, 'join'>,
  params: Params<Method>,
): Results[Method] | Promise<Results[Method]> {
  assertMay(visit.peer, method);
  if (!isEarlyMethod(method)) throw new AppError('wrong_state', `cannot ${method} while early`);
  return perform(visit, method, params as Params<EarlyMethod>);
}

function perform<M extends EarlyMethod>(visit: Visit, method: M, params: Params<M>) {
  return actions[method](visit, params);
}
