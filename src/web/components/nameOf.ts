import type { EntrySettings } from '../../protocol/messages.ts';
import { callWords } from '../i18n/call/index.ts';
import { type Named, shownName } from '../models/shownName.ts';

/** Who somebody is, for those who may not see the name as well. */
export const nameOf = ({ name }: { name: string }) => name || callWords.value.participant;

/** The name that is shown where there must be a word for who is meant. */
export const shownOrRole = (peer: Named, entry: EntrySettings | null): string =>
  nameOf({ name: shownName(peer, entry) });
