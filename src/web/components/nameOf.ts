import type { EntrySettings, PeerInfo } from '../../protocol/messages.ts';
import { callWords } from '../i18n/call/index.ts';

/** Who somebody is, for those who may not see the name as well. */
export const nameOf = ({ name }: { name: string }) => name || callWords.value.participant;

/** The name on somebody's picture; empty where the interviewer has chosen to show no participants' names. */
export const shownName = ({ name, role }: PeerInfo, entry: EntrySettings | null): string =>
  entry?.names === false && role === 'applicant' ? '' : name;
