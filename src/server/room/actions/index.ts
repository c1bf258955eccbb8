import type { Method, Params, Results } from '../../../protocol/messages.ts';
import { assertMay } from '../permissions.ts';
import type { Actions, Seat } from './action.ts';
import { admissionActions } from './admission.ts';
import { callActions } from './call.ts';
import { captureActions } from './capture.ts';
import { chatActions } from './chat.ts';
import { deviceActions } from './devices.ts';
import { holdActions } from './hold.ts';
import { mediaActions } from './media.ts';
import { movingActions } from './moving.ts';

type SeatMethod = Exclude<Method, 'join'>;

const actions: Actions<SeatMethod> = {
  ping: () => null,
  ...admissionActions,
  ...callActions,
  ...captureActions,
  ...chatActions,
  ...deviceActions,
  ...holdActions,
  ...mediaActions,
  ...movingActions,
};

/**
 * Does what somebody asks for who has a seat.
 * @throws {AppError} not_allowed for the wrong role, wrong_state for the wrong moment, and what the action throws
 */
export function perform<M extends SeatMethod>(
  seat: Seat,
  method: M,
  params: Params<M>,
): Results[M] | Promise<Results[M]> {
  assertMay(seat.peer, method);
  return actions[method](seat, params);
}
