import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { UserError } from './errors.ts';
import { isLoopback } from './loopback.ts';

/** What browsers are told in place of an address that is listened on, by its family; null: nothing else than that address. */
export type Announced = { 4: string | null; 6: string | null };

type Resolve = (name: string) => Promise<string[]>;

/** The addresses and names in `media.announcedAddress`: one, or an IPv4 and an IPv6 one with a comma between them. */
export function announcedNames(announcedAddress: string | null): string[] {
  const names = announcedAddress?.split(',').map((name) => name.trim()) ?? [];
  return names.filter((name) => name !== '');
}

/**
 * The addresses that browsers are told. Names are looked up here: Firefox takes no candidate with a name in it, and no browser
 * one of the other family than the socket's.
 * @throws {UserError} a name that DNS does not know
 */
export async function resolveAnnounced(
  announcedAddress: string | null,
  resolve: Resolve = everyAddress,
): Promise<Announced> {
  const found: Announced = { 4: null, 6: null };
  for (const name of announcedNames(announcedAddress)) {
    const addresses = isIP(name) ? [name] : reachable(name, await resolve(name).catch(notKnown(name)));
    for (const address of addresses) found[isIP(address) === 6 ? 6 : 4] ??= address;
  }
  return found;
}

/** Debian's /etc/hosts leads a machine's own name to 127.0.1.1, which nobody else reaches. */
function reachable(name: string, addresses: string[]): string[] {
  const found = isLoopback(name) ? addresses : addresses.filter((address) => !isLoopback(address));
  if (found.length > 0) return found;
  throw new UserError(
    `media.announcedAddress: ${name} leads to this machine alone (${addresses.join(', ')})`,
    {
      remedy: 'give the IP address, or take the name out of /etc/hosts.',
    },
  );
}

const everyAddress: Resolve = async (name) =>
  (await lookup(name, { all: true })).map(({ address }) => address);

const notKnown = (name: string) => (cause: unknown) => {
  throw new UserError(`media.announcedAddress: DNS does not know ${name}`, {
    remedy: 'correct the name, or give the IP address.',
    cause,
  });
};

/**
 * Each address to listen on, with what is told in its place; not those of all interfaces of a family of which nothing is told.
 * @throws {UserError} none is left
 */
export function listenAddresses(
  ips: readonly string[],
  announced: Announced,
): { ip: string; announcedAddress?: string }[] {
  const addresses = ips.flatMap((ip) => {
    const announcedAddress = isLoopback(ip) ? null : announced[isIP(ip) === 6 ? 6 : 4];
    if (announcedAddress) return [{ ip, announcedAddress }];
    const isOfAll = ip === '0.0.0.0' || ip === '::';
    return isOfAll && (announced[4] || announced[6]) ? [] : [{ ip }];
  });
  if (addresses.length > 0) return addresses;
  throw new UserError('media.listenIps has no address of the family of media.announcedAddress', {
    remedy: 'listen on 0.0.0.0 for an IPv4 address, on :: for an IPv6 address.',
  });
}
