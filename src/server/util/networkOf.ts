/**
 * Who counts as one when requests are limited: an IPv4 address (also as ::ffff:192.0.2.1), and of an IPv6 address the
 * first 64 bits, for a single machine has all of the others to choose from (RFC 4291 section 2.5.4).
 */
export function networkOf(address: string): string {
  const text = address.replace(/^::ffff:(?=\d+\.)/i, '');
  if (!text.includes(':')) return text;
  const [head = '', tail] = text.split('%')[0]?.split('::') ?? [];
  const [left, right] = [head, tail ?? ''].map((part) => (part === '' ? [] : part.split(':')));
  const zeros = new Array(Math.max(0, 8 - (left?.length ?? 0) - (right?.length ?? 0))).fill('0');
  const groups = [...(left ?? []), ...zeros, ...(right ?? [])].slice(0, 4);
  return `${groups.map((group) => Number.parseInt(group, 16).toString(16)).join(':')}::/64`;
}
