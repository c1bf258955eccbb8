import { storedName, withoutHidden } from '../protocol/names.ts';

/** Whose mail it is: an address, with the name before it where there is one. */
export type Mailbox = { name: string; address: string };

// What a header could be broken with (spaces, commas, brackets, line ends) is in no address that is taken.
const ADDRESS = /^[^\s<>()[\]\\,;:"@]+@[^\s<>()[\]\\,;:"@]+$/u;
const NAMED = /^([^<>＜＞\p{Cc}]*)[<＜]([^<>＜＞]+)[>＞]$/u;

/**
 * Reads `jobs@example.com` or `Recruiting <jobs@example.com>`, also as an input method in Japanese writes it (ｊｏｂｓ＠…); null
 * when the text is neither.
 */
export function parseMailbox(text: string): Mailbox | null {
  const trimmed = text.trim();
  const [, name = '', inBrackets = trimmed] = NAMED.exec(trimmed) ?? [];
  const address = narrowed(inBrackets);
  if (!ADDRESS.test(address)) return null;
  return { name: storedName(name).replace(/^"(.*)"$/, '$1'), address };
}

/**
 * Full-width letters are those of ASCII and nothing else; 。 is the dot of a domain (RFC 3490 section 3.1). What is invisible was
 * copied along. Other characters may well be the address's own.
 */
function narrowed(address: string): string {
  const ascii = withoutHidden(address).replace(/[\uff01-\uff5e]/g, (letter) =>
    String.fromCharCode(letter.charCodeAt(0) - 0xfee0),
  );
  return ascii.replace(/(?<=@.*)[。｡]/gu, '.');
}
