import type { Method, Params, Results } from '../../../protocol/messages.ts';
import type { GatedMedia, MediaOwner } from '../GatedMedia.ts';
import type { Peer } from '../Peer.ts';
import type { Room } from '../Room.ts';

/** Who asks, and in which room. */
export type Seat = { room: Room; peer: Peer };

/** Whose media it is, and where: of who has a seat, and of who is early. */
export type MediaSeat = { room: { media: GatedMedia }; peer: MediaOwner };

type Handler<M extends Method, S> = (seat: S, params: Params<M>) => Results[M] | Promise<Results[M]>;

/** What is done for each of these methods, for who may ask for it now. */
export type Actions<M extends Method, S = Seat> = { [K in M]: Handler<K, S> };
