import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { networkInterfaces } from 'node:os';
import { announcedNames } from '../../server/announced.ts';
import type { Config } from '../../server/config.ts';
import { isLoopback } from '../../server/loopback.ts';
import { type Arrival, arrivalAt } from './arrival.ts';
import { type Check, ng, type Outcome, ok, warning, worstOf } from './types.ts';

const announce = 'Set media.announcedAddress to the address under which browsers reach this machine.';

/**
 * Whether what browsers send to the addresses that they are told arrives here. It is sent from this machine to a free
 * port of the media ports: a port that a media worker has answers nobody but who is in a room.
 */
export const reachabilityCheck = ({ media }: Config): Check => ({
  id: 'reachability',
  label: 'Media address',
  async run() {
    const wrong = media.listenIps.find((ip) => !isOfThisMachine(ip));
    if (wrong !== undefined)
      return ng(
        `${wrong} is not an address of this machine`,
        'Correct media.listenIps; what browsers are told instead is media.announcedAddress.',
      );
    const addresses = reachedAddresses(media);
    if (addresses.length === 0) return warning('only this machine itself can be reached', announce);
    const outcomes: Outcome[] = [];
    for (const address of addresses) outcomes.push(await outcomeOf(address, media));
    return worstOf(outcomes);
  },
});

/** What browsers are told; of this machine's own, those that others may reach. */
export function reachedAddresses({ announcedAddress, listenIps }: Config['media']): string[] {
  if (announcedAddress !== null) return announcedNames(announcedAddress);
  const own = listenIps.length > 0 ? listenIps : ownAddresses('IPv4');
  return own.filter((ip) => !isLoopback(ip));
}

async function outcomeOf(name: string, { listenIps, portMin, portMax }: Config['media']): Promise<Outcome> {
  const known = await lookup(name, { all: true }).catch(() => []);
  if (known.length === 0) return ng(`${name} is not known by DNS`, 'Correct media.announcedAddress.');
  const used = known.filter(({ family }) => families(listenIps).includes(family));
  if (used.length === 0)
    return ng(
      `${name} is an address of IPv${known[0]?.family}, and media.listenIps has none of that family`,
      'Add one to media.listenIps, or announce an address of the other family.',
    );
  const ports = Array.from({ length: portMax - portMin + 1 }, (_, i) => portMin + i);
  const outcomes: Outcome[] = [];
  for (const { address } of used) {
    const arrival = await arrivalAt(address, listenIps, ports);
    const named = address === name ? name : `${name} (${address})`;
    const isPrivate = isLoopback(address);
    outcomes.push(reachabilityOutcome(named, { ...arrival, isOwn: isOfThisMachine(address), isPrivate }));
  }
  return worstOf(outcomes);
}

/** @param isOwn whether an interface of this machine has the address; isPrivate: nobody else reaches it */
export function reachabilityOutcome(
  address: string,
  { udp, tcp, isOwn, isPrivate = false }: Arrival & { isOwn: boolean; isPrivate?: boolean },
): Outcome {
  if (udp === null || tcp === null)
    return warning(
      `${address}: not asked, as every media port is in use`,
      'Widen media.portMax by one or two, or ask from outside: webinterview check --url LINK',
    );
  if (udp && tcp) {
    return isPrivate
      ? warning(`${address} is this machine alone`, announce)
      : ok(`${address} leads here over UDP and TCP (seen from this machine)`);
  }
  const missing = [udp ? '' : 'UDP', tcp ? '' : 'TCP'].filter(Boolean).join(' and ');
  const text = `${missing} sent to ${address} does not arrive here`;
  if (isOwn) return ng(text, 'Open the media ports in this machine’s firewall: webinterview firewall');
  return warning(
    text,
    'Either it leads to another machine, or the router leads nothing back in: ask from outside with webinterview check --url LINK.',
  );
}

/** 4, 6 or both: those of the addresses that are listened on; the automatic ones are of IPv4. */
function families(listenIps: readonly string[]): number[] {
  return listenIps.length > 0 ? [...new Set(listenIps.map((ip) => isIP(ip)))] : [4];
}

function ownAddresses(family?: 'IPv4'): string[] {
  const all = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
  return all.filter((each) => !family || each.family === family).map(({ address }) => address);
}

const isOfThisMachine = (address: string) =>
  isLoopback(address) || ['0.0.0.0', '::'].includes(address) || ownAddresses().includes(address);
