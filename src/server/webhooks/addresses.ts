/**
 * Which addresses webhooks may go to. It is checked on what a name resolves to, where the connection is made: a name
 * that was outside when it was looked at and is inside now helps nobody.
 */
import { type LookupAddress, type LookupOptions, lookup as systemLookup } from 'node:dns';
import { BlockList, isIP, type LookupFunction } from 'node:net';

/** Not reachable from everywhere, by IANA's registry of special-purpose addresses (IPv4). */
const special = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
];
/** Of IPv6 only this is reachable from everywhere, but for what is listed below it, and NAT64 of public IPv4. */
const globalUnicast = '2000::/3';
const specialV6 = ['2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20'];
const NAT64 = '64:ff9b::';

const inside = new BlockList();
const outside = new BlockList();
const loopback = new BlockList();
for (const net of special) {
  add(inside, net, 'ipv4');
  const [address, prefix] = net.split('/');
  add(inside, `${NAT64}${address}/${96 + Number(prefix)}`, 'ipv6');
}
for (const net of specialV6) add(inside, net, 'ipv6');
add(outside, '0.0.0.0/0', 'ipv4');
add(outside, globalUnicast, 'ipv6');
add(outside, `${NAT64}/96`, 'ipv6');
add(loopback, '127.0.0.0/8', 'ipv4');
add(loopback, '::1/128', 'ipv6');

function add(list: BlockList, net: string, family: 'ipv4' | 'ipv6'): void {
  const [address = '', prefix] = net.split('/');
  list.addSubnet(address, Number(prefix), family);
}

/** public: addresses of the internet alone; loopback: this machine; any: whatever the administrator allows. */
export type Reach = 'public' | 'loopback' | 'any';

/** Whether a webhook that may go as far as `reach` may go to this IP address. */
export function isWithin(reach: Reach, address: string): boolean {
  if (reach === 'any') return true;
  const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
  if (reach === 'loopback') return loopback.check(address, family);
  return outside.check(address, family) && !inside.check(address, family);
}

/** A name led to an address where webhooks must not go. */
export class AddressRefused extends Error {
  override readonly name = 'AddressRefused';

  constructor(host: string, address: string, reach: Reach) {
    const why =
      reach === 'loopback'
        ? 'is not this machine: http:// goes no further'
        : 'is inside this network (see webhooks.allowPrivate)';
    super(`${host} is ${address}, which ${why}`);
  }
}

/** As dns.lookup with all: true. */
export type Resolve = (
  host: string,
  options: LookupOptions & { all: true },
  done: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void;

/** A `lookup` for a connection that fails with AddressRefused when any of the addresses is beyond `reach`. */
export function guardedLookup(reach: Reach, resolve: Resolve = systemLookup): LookupFunction {
  return (host, options, done) => {
    resolve(host, { ...options, all: true }, (error, addresses) => {
      const refused = addresses?.find(({ address }) => !isWithin(reach, address));
      const failure = error ?? (refused ? new AddressRefused(host, refused.address, reach) : null);
      const [first] = addresses ?? [];
      if (failure || !first) return done(failure ?? new Error(`${host} has no address`), '', 0);
      if (options.all) done(null, addresses);
      else done(null, first.address, first.family);
    });
  };
}
