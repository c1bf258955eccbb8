/** How many may be in a room, who holds its seats, and who keeps them. */
import { limits } from '../../protocol/limits.ts';
import { AppError } from '../errors.ts';
import type { Peer } from './Peer.ts';
import type { LinkRecord, RoomRecord, SeatRecord } from './ports.ts';

/** Whether others hold all seats of this peer's role in the call, those who asked included. */
export function isSeatTaken(
  peer: Peer,
  peers: Iterable<Peer>,
  { interviewerSeats, applicantSeats }: Pick<RoomRecord, 'interviewerSeats' | 'applicantSeats'>,
): boolean {
  const seats = peer.role === 'interviewer' ? interviewerSeats : applicantSeats;
  let taken = 0;
  for (const other of peers) {
    if (other !== peer && other.role === peer.role && other.state !== 'waiting') taken++;
  }
  return taken >= seats;
}

/**
 * Who has to go so that one more can come by this link: one who has gone and was only waiting; null: there is place.
 * One link's people never keep the other's out, but for the capacity of the room.
 * @throws {AppError} room_full
 */
export function whoMakesPlace(
  linkId: string,
  peers: Peer[],
  { capacity }: Pick<RoomRecord, 'capacity'>,
): Peer | null {
  const sameLink = peers.filter((peer) => peer.linkId === linkId);
  const isFull = capacity !== null && peers.length >= capacity;
  if (!isFull && sameLink.length < limits.peersPerLink) return null;
  const candidates = isFull ? peers : sameLink;
  const gone = candidates.find((peer) => !peer.connected && peer.state === 'waiting');
  if (!gone) throw new AppError('room_full', 'the room is full; try again later');
  return gone;
}

/** Those whose holders may come back: nobody into a closed room, nor by a link that is no more or another by now. */
export function validSeats(
  seats: SeatRecord[],
  { closedAt }: Pick<RoomRecord, 'closedAt'>,
  links: LinkRecord[],
): SeatRecord[] {
  if (closedAt) return [];
  const versions = new Map(
    links.filter(({ revokedAt }) => !revokedAt).map(({ id, version }) => [id, version]),
  );
  return seats.filter(({ linkId, linkVersion }) => versions.get(linkId) === linkVersion);
}
