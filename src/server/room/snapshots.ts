/** What a page is told of a room as it comes into it, and of a call. */
import type { CallSnapshot, JoinResult } from '../../protocol/messages.ts';
import type { Visit } from './Foyer.ts';
import type { Peer } from './Peer.ts';
import type { Room } from './Room.ts';
import type { RoomRecord } from './records.ts';
import { roomInfo } from './roomInfo.ts';

/** What the page needs to show where the peer stands, who has just joined by a link of this label. */
export function joinResult(room: Room, peer: Peer, label = ''): JoinResult {
  const { id: peerId, resumeKey, role, company, name, state, devices, handRaised, turnedOff } = peer;
  const { moves } = room.people;
  const seat = room.people.seatFor(peer);
  return {
    peerId,
    resumeKey: resumeKey ?? '',
    role,
    company,
    name,
    ...devices,
    handRaised,
    turnedOff,
    state,
    early: null,
    room: roomInfo(room.record),
    seatTaken: seat.taken,
    seatMovable: seat.movable,
    moveAsked: moves.hasAsked(peer),
    movedKey: moves.grantedTo(peer)?.shareKey() ?? null,
    invitedName: label,
    counts: role === 'interviewer' ? room.people.counts : null,
    entry: role === 'interviewer' ? room.people.entry : null,
    waitingMessage: room.people.waitingMessage,
    call: peer.admitted ? callSnapshot(room, peer) : null,
    consumers: room.media.consumers(peer),
    rtpCapabilities: room.media.rtpCapabilities,
    iceServers: room.relay.give(peer),
  };
}

/** The same for who is early: nothing of what goes on in the room. */
export function earlyResult({ room, peer }: Visit, record: RoomRecord): JoinResult {
  return {
    peerId: peer.id,
    resumeKey: '',
    role: peer.role,
    company: '',
    name: '',
    ...peer.devices,
    handRaised: false,
    turnedOff: null,
    state: peer.state,
    early: { now: room.now.toISOString(), opensAt: peer.opensAt.toISOString() },
    room: roomInfo(record),
    invitedName: '',
    seatTaken: false,
    seatMovable: false,
    moveAsked: false,
    movedKey: null,
    counts: null,
    entry: null,
    waitingMessage: '',
    call: null,
    consumers: [],
    rtpCapabilities: room.media.rtpCapabilities,
    iceServers: room.relayFor(peer),
  };
}

/** The call as this peer sees it. */
export function callSnapshot(room: Room, peer: Peer): CallSnapshot {
  return {
    peers: room.people.seenBy(peer),
    ...room.chat.page(peer),
    stopsAt: room.stopsAt?.toISOString() ?? null,
  };
}
