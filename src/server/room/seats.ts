/** How many may be in a room, who holds its seats, and who keeps them. */
import { limits } from '../../protocol/limits.ts';
import { AppError } from '../errors.ts';
import { constantTimeEqual } from '../util/constantTimeEqual.ts';
import { isOnesOwn } from './links.ts';
import type { Peer } from './Peer.ts';
import type { LinkRecord, RoomRecord, SeatRecord } from './records.ts';
import { keyHashOf } from './resumeKeys.ts';

/**
 * Whether others hold all seats of this peer's role in the call, those who asked included; or somebody who came by the same
 * link the one seat of a link that has a person's name.
 */
export function isSeatTaken(
  peer: Peer,
  peers: Iterable<Peer>,
  { interviewerSeats, applicantSeats }: Pick<RoomRecord, 'interviewerSeats' | 'applicantSeats'>,
): boolean {
  const seats = peer.role === 'interviewer' ? interviewerSeats : applicantSeats;
  let taken = 0;
  for (const other of peers) {
    if (other === peer || other.role !== peer.role || other.state === 'waiting') continue;
    if (peer.isOnlyOne && other.linkId === peer.linkId) return true;
    taken++;
  }
  return taken >= seats;
}

type Places = Pick<RoomRecord, 'capacity' | 'interviewerSeats' | 'applicantSeats'>;

/** How many people may be in a room who came by this link, waiting ones included: as many as have seats, and others. */
export function mostOfLink(link: Pick<LinkRecord, 'role' | 'label'>, room: Omit<Places, 'capacity'>): number {
  if (isOnesOwn(link)) return limits.peersPerLink;
  const seats = link.role === 'interviewer' ? room.interviewerSeats : room.applicantSeats;
  return Math.max(limits.peersPerLink, 2 * seats);
}

/**
 * Who has to go so that one more can come by this link: those in one place who have all gone and were only waiting; nobody where there
 * is place. One link's people never keep the other's out, but for the capacity of the room; and that keeps no interviewer out
 * who has a seat.
 * @throws {AppError} room_full
 */
export function seatsToEvict(
  link: Pick<LinkRecord, 'id' | 'role' | 'label'>,
  peers: Peer[],
  room: Places,
): Peer[] {
  const sameLink = peers.filter((peer) => peer.linkId === link.id);
  const isFull = isRoomFull(link, peers, room);
  if (!isFull && sameLink.length < mostOfLink(link, room)) return [];
  const places = isFull ? [...Map.groupBy(peers, placeOf).values()] : sameLink.map((peer) => [peer]);
  const helps = (place: Peer[]) =>
    !isRoomFull(
      link,
      peers.filter((peer) => !place.includes(peer)),
      room,
    );
  const gone = places.find((place) => place.every(isGone) && helps(place));
  if (!gone) throw new AppError('room_full', 'the room is full; try again later');
  return gone;
}

const isGone = ({ connected, state }: Peer) => !connected && state === 'waiting';

/** Applicants leave places for the interviewers who are still to come, of whatever capacity one for themselves. */
function isRoomFull(
  link: Pick<LinkRecord, 'id' | 'role' | 'label'>,
  peers: Peer[],
  { capacity, interviewerSeats }: Places,
): boolean {
  if (capacity === null) return false;
  if (isOnesOwn(link) && peers.some(({ linkId }) => linkId === link.id)) return false;
  const places = placesOf(peers);
  const interviewers = placesOf(peers.filter(({ role }) => role === 'interviewer'));
  if (link.role === 'interviewer') return places >= capacity && interviewers >= interviewerSeats;
  const awaited = Math.max(0, Math.min(interviewerSeats, capacity - 1) - interviewers);
  return places + awaited >= capacity;
}

/** All tabs of a link that has a person's name take one place, so that nobody fills a room alone. */
const placeOf = ({ isOnlyOne, linkId, id }: Peer) => (isOnlyOne ? linkId : id);

const placesOf = (peers: Peer[]) => new Set(peers.map(placeOf)).size;

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

/** Whether this is the key of one of the seats of these servers. */
export function holdsSeat(resumeKey: string, seats: SeatRecord[], serverIds: string[]): boolean {
  const keyHash = keyHashOf(resumeKey);
  const theirs = seats.filter(({ serverId }) => serverId !== null && serverIds.includes(serverId));
  return theirs.some((seat) => constantTimeEqual(keyHash, seat.keyHash));
}
