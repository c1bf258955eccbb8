import type { Method, Params, Results } from '../../../protocol/messages.ts';
import type { Peer } from '../Peer.ts';
import type { Room } from '../Room.ts';

/** Who asks, and in which room. */
export type Seat = { room: Room; peer: Peer };

type Handler<M extends Method> = (seat: Seat, params: Params<M>) => Results[M] | Promise<Results[M]>;

/** What is done for each of these methods, for who may ask for it now. */
export type Actions<M extends Method> = { [K in M]: Handler<K> };
