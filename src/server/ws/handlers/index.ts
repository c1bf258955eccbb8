import type { Method, Params, Results } from '../../../protocol/messages.ts';
import type { Peer } from '../../room/Peer.ts';
import type { Room } from '../../room/Room.ts';
import { admissionHandlers } from './admission.ts';
import { callHandlers } from './call.ts';
import { chatHandlers } from './chat.ts';
import { mediaHandlers } from './media.ts';

export type Handler<M extends Method> = (
  seat: { room: Room; peer: Peer },
  params: Params<M>,
) => Results[M] | Promise<Results[M]>;

export type Handlers<M extends Method> = { [K in M]: Handler<K> };

/** A handler for each method; role and state have been checked when it runs. */
export const handlers: Handlers<Exclude<Method, 'join'>> = {
  ping: () => null,
  ...admissionHandlers,
  ...callHandlers,
  ...chatHandlers,
  ...mediaHandlers,
};
