/** Links in what people write. */

/** A part of a text, in its order. */
export type TextPart = { text: string; isLink: boolean };

/**
 * Finds the addresses of the web (http, https). What a sentence puts behind one is none of it, and no letter beyond ASCII is: in
 * Japanese the sentence goes on without a space.
 */
export function linksIn(text: string): TextPart[] {
  const parts: TextPart[] = [];
  let end = 0;
  for (const { 0: found, index } of text.matchAll(/https?:\/\/[\w!#$%&'()*+,./:;=?@[\]~-]+/gi)) {
    const link = withoutSentence(found);
    if (!isAddress(link) || isCut(link, text.slice(index + link.length))) continue;
    if (index > end) parts.push({ text: text.slice(end, index), isLink: false });
    parts.push({ text: link, isLink: true });
    end = index + link.length;
  }
  if (end < text.length) parts.push({ text: text.slice(end), isLink: false });
  return parts;
}

/** Whether the address goes on in letters beyond ASCII (…/wiki/面接): what is before them leads somewhere else. */
function isCut(link: string, rest: string): boolean {
  return /[/=?]$/.test(link) && new URL(link).pathname !== '/' && /^\p{L}/u.test(rest);
}

/** A bracket at the end belongs to the address if it was opened in it. */
function withoutSentence(found: string): string {
  const last = found.at(-1) ?? '';
  const isBehind =
    /[.,:;!?'*]/.test(last) || isUnopened(found, last, '(', ')') || isUnopened(found, last, '[', ']');
  return isBehind ? withoutSentence(found.slice(0, -1)) : found;
}

function isUnopened(found: string, last: string, opening: string, closing: string): boolean {
  return last === closing && found.split(closing).length > found.split(opening).length;
}

/** With somebody's name before its host an address looks like another one. */
function isAddress(link: string): boolean {
  try {
    const { username, password } = new URL(link);
    return !username && !password;
  } catch {
    return false;
  }
}
