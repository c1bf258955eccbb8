import type { IncomingMessage } from 'node:http';
import { BlockList, isIP } from 'node:net';
import type { TLSSocket } from 'node:tls';

/** Who is at the other end of a request. */
export type Client = {
  /** Its IP address. */
  address: string;
  /** Whether it came over TLS. */
  secure: boolean;
};

/**
 * Tells who has sent a request. What X-Forwarded-For and X-Forwarded-Proto say is heeded from the addresses and networks
 * of `trustedProxies` alone: anybody else could write there what they like.
 * @param onUnknownProxy called once, with the address of the first who sends X-Forwarded-For without being trusted
 */
export function clientsBehind(
  trustedProxies: readonly string[],
  onUnknownProxy: (address: string) => void = () => {},
): (request: IncomingMessage) => Client {
  const trusted = listOf(trustedProxies);
  let isReported = false;
  return ({ socket, headers }) => {
    const address = plain(socket.remoteAddress ?? '');
    const secure = (socket as TLSSocket).encrypted === true;
    const forwarded = listed(headers['x-forwarded-for']);
    if (!isIn(trusted, address)) {
      if (forwarded.length > 0 && !isReported) onUnknownProxy(address);
      isReported ||= forwarded.length > 0;
      return { address, secure };
    }
    const protocol = listed(headers['x-forwarded-proto']).at(-1);
    return {
      address: firstUntrusted(trusted, address, forwarded),
      secure: protocol === undefined ? secure : protocol === 'https',
    };
  };
}

/** Each proxy appends who asked it: from the end, the first that is no proxy of ours is who asked. */
function firstUntrusted(trusted: BlockList, nearest: string, forwarded: string[]): string {
  let address = nearest;
  for (const next of forwarded.toReversed().map(plain)) {
    // Not an address: what is before it was written by nobody we know.
    if (!isIP(next)) return address;
    address = next;
    if (!isIn(trusted, address)) return address;
  }
  return address;
}

function listOf(networks: readonly string[]): BlockList {
  const list = new BlockList();
  for (const network of networks) {
    const [address = '', prefix] = network.split('/');
    const family = familyOf(address);
    if (prefix === undefined) list.addAddress(address, family);
    else list.addSubnet(address, Number(prefix), family);
  }
  return list;
}

const isIn = (list: BlockList, address: string) =>
  isIP(address) !== 0 && list.check(address, familyOf(address));
const familyOf = (address: string) => (isIP(address) === 6 ? 'ipv6' : 'ipv4');

/** A header may come several times, and hold several values each. */
const listed = (header: string | string[] | undefined): string[] =>
  [header ?? []]
    .flat()
    .flatMap((text) => text.split(','))
    .map((text) => text.trim())
    .filter((text) => text !== '');

/** A socket for both families writes IPv4 as ::ffff:192.0.2.1; some proxies write a port, or brackets. */
const plain = (address: string) =>
  address
    .replace(/^\[(.+)\](:\d+)?$/, '$1')
    .replace(/^([\d.]+):\d+$/, '$1')
    .replace(/^::ffff:(?=[\d.]+$)/i, '');
