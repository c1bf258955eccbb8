import type { EntrySettings, PeerInfo } from '../../protocol/messages.ts';

/** What a name is shown by. */
export type Named = Pick<PeerInfo, 'name' | 'role'>;

/** The name on somebody's picture and in what is told of them; empty where the interviewer has chosen to show no applicants' names. */
export const shownName = ({ name, role }: Named, entry: EntrySettings | null): string =>
  entry?.names === false && role === 'applicant' ? '' : name;
