/** Who sees whom, and by which name. */
import type { ChatMessage, EntrySettings, PeerInfo, Role } from '../../protocol/messages.ts';
import type { Peer } from './Peer.ts';

/** Nobody sees themselves; who only waits is seen by nobody. */
export function sees(viewer: Peer, peer: Peer): boolean {
  if (viewer === peer || !viewer.admitted) return false;
  return peer.admitted || (viewer.role === 'interviewer' && peer.state === 'requesting');
}

/** Names that are not to be shown are not sent: a page cannot show what it does not have. */
export function infoFor(viewer: Peer, peer: Peer, entry: EntrySettings): PeerInfo {
  return isNameless(viewer, peer.role, entry) ? { ...peer.info, name: '' } : peer.info;
}

/** The same for a message, but for its writer. */
export function messageFor(viewer: Peer, message: ChatMessage, entry: EntrySettings): ChatMessage {
  const nameless = message.peerId !== viewer.id && isNameless(viewer, message.role, entry);
  return nameless ? { ...message, name: '' } : message;
}

function isNameless(viewer: Peer, role: Role, { names }: EntrySettings): boolean {
  return !names && viewer.role === 'applicant' && role === 'applicant';
}
