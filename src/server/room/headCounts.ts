import type { Counts } from '../../protocol/messages.ts';
import type { Peer } from './Peer.ts';

/**
 * The one rule by which heads are counted, for interviewers: applicants who wait, but for those who are at the check, and
 * everyone in the call. A person counts once, in the call before anywhere else, on however many devices the link with their
 * name is opened, or with that on which they are in the call when they have asked to go on with another.
 */
export function headCounts(peers: Iterable<Peer>, isMoving: (peer: Peer) => boolean): Counts {
  const all = [...peers];
  const inCall = new Set(all.filter(({ admitted }) => admitted).map(personOf));
  const outside = all.filter((peer) => isWaiting(peer) && !isMoving(peer) && !inCall.has(personOf(peer)));
  const requesting = outside.filter(({ state }) => state === 'requesting');
  return {
    waiting: new Set(outside.map(personOf)).size,
    inCall: inCall.size,
    requesting: requesting.map(({ id, name }) => ({ id, name })),
  };
}

/** A request stands while its line is lost; who only waits is gone with it. */
function isWaiting({ role, state, connected, presence }: Peer): boolean {
  if (role !== 'applicant') return false;
  return state === 'requesting' || (connected && !presence.isAtCheck);
}

const personOf = (peer: Peer) => (peer.isOnlyOne ? peer.linkId : peer.id);
