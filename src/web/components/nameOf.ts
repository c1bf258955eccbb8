import type { EntrySettings, PeerInfo } from '../../protocol/messages.ts';
import { callWords } from '../i18n/call/index.ts';

/** Who somebody is, for those who may not see the name as well. */
export const nameOf = ({ name }: { name: string }) => name || callWords.value.participant;

type Named = Pick<PeerInfo, 'name' | 'role'>;

/** The name on somebody's picture; empty where the interviewer has chosen to show no participants' names. */
export const shownName = ({ name, role }: Named, entry: EntrySettings | null): string =>
  entry?.names === false && role === 'applicant' ? '' : name;

/** The same where there must be a word for who is meant. */
export const shownOrRole = (peer: Named, entry: EntrySettings | null): string =>
  nameOf({ name: shownName(peer, entry) });
