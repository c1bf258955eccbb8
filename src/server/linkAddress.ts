import { BlockList, isIP } from 'node:net';
import { isLoopback } from './loopback.ts';

/** What keeps people from an interview at an address, and what to do about it; each within a sentence. */
export type AddressProblem = {
  what: string;
  remedy: string;
  /** Nobody on another machine can open it at all. */
  isUseless: boolean;
};

/** This machine (RFC 1122, RFC 4291), in all forms in which an address can be written. */
const here = new BlockList();
for (const net of ['127.0.0.0', '0.0.0.0']) here.addSubnet(net, 8, 'ipv4');
for (const address of ['::1', '::']) here.addAddress(address, 'ipv6');

/** Private, shared and link-local addresses (RFC 1918, 6598, 3927, 4193, 4291). */
const inside = new BlockList();
inside.addSubnet('10.0.0.0', 8, 'ipv4');
inside.addSubnet('172.16.0.0', 12, 'ipv4');
inside.addSubnet('192.168.0.0', 16, 'ipv4');
inside.addSubnet('100.64.0.0', 10, 'ipv4');
inside.addSubnet('169.254.0.0', 16, 'ipv4');
inside.addSubnet('fc00::', 7, 'ipv6');
inside.addSubnet('fe80::', 10, 'ipv6');

/** Names that mean nothing outside (RFC 6761, 6762, 8375, ICANN's .internal, and what companies and routers use). */
const insideNames =
  /(^[^.]+|\.(local|localdomain|internal|intranet|lan|home|corp|private|test|invalid|home\.arpa))$/i;

/** Why people cannot hold an interview by links that begin with this URL; null: nothing speaks against it. */
export function addressProblem(url: string): AddressProblem | null {
  const { protocol, hostname } = new URL(url);
  const host = hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '');
  const isOf = (list: BlockList) => isIP(host) !== 0 && list.check(host, isIP(host) === 6 ? 'ipv6' : 'ipv4');
  if (isLoopback(host) || isOf(here))
    return {
      what: 'which nobody else can open',
      remedy: 'set http.publicUrl to the address people use.',
      isUseless: true,
    };
  if (protocol === 'http:')
    return {
      what: 'where browsers give no camera and no microphone',
      remedy: 'set http.publicUrl to an address that begins with https://.',
      isUseless: false,
    };
  if (!isOf(inside) && !(isIP(host) === 0 && insideNames.test(host))) return null;
  return {
    what: 'which opens inside its own network alone',
    remedy: 'where people come from elsewhere, set http.publicUrl to an address that they can reach.',
    isUseless: false,
  };
}
