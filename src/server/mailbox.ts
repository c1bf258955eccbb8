import { storedName } from '../protocol/names.ts';

/** Whose mail it is: an address, with the name before it where there is one. */
export type Mailbox = { name: string; address: string };

// What a header could be broken with (spaces, commas, brackets, line ends) is in no address that is taken.
const ADDRESS = String.raw`[^\s<>()[\]\\,;:"@]+@[^\s<>()[\]\\,;:"@]+`;
const PLAIN = new RegExp(`^${ADDRESS}$`, 'u');
const NAMED = new RegExp(`^([^<>\\p{Cc}]*)<(${ADDRESS})>$`, 'u');

/** Reads `jobs@example.com` or `Recruiting <jobs@example.com>`; null when the text is neither. */
export function parseMailbox(text: string): Mailbox | null {
  const trimmed = text.trim();
  if (PLAIN.test(trimmed)) return { name: '', address: trimmed };
  const [, name, address] = NAMED.exec(trimmed) ?? [];
  if (name === undefined || address === undefined) return null;
  return { name: storedName(name).replace(/^"(.*)"$/, '$1'), address };
}
