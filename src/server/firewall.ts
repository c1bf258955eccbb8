/** What must be let through for this installation to work, from its configuration. */
import type { NetworkNeed } from '../protocol/network.ts';
import type { Config } from './config.ts';
import { isLoopback } from './loopback.ts';
import { endpointOf } from './turnEndpoint.ts';

/** One thing that a firewall has to let through. */
export type FirewallRule = {
  /** Whose firewall: this machine's, or that of the machine where the relay (TURN) runs. */
  at: 'server' | 'relay';
  /** in: to that machine; out: from it. */
  direction: 'in' | 'out';
  protocol: 'tcp' | 'udp';
  /** e.g. 443, or 40000-40999. */
  ports: string;
  /** in: where it comes to; out: where it goes. any: all. */
  address: string;
  why: string;
  /** What of an interview goes this way, which people's own networks have to let out; missing: nothing. */
  carries?: NetworkNeed['carries'];
};

/** All that must be let through, in the order in which it is shown. */
export function firewallRules(config: Config): FirewallRule[] {
  return [...pageRules(config), ...mediaRules(config), ...outgoingRules(config), ...relayRules(config)];
}

/** The same from the other end: what the network of whoever takes part has to let out. */
export function networkNeeds(config: Config): NetworkNeed[] {
  return firewallRules(config).flatMap(({ carries, protocol, ports, address }) =>
    carries ? [{ carries, protocol, ports, address }] : [],
  );
}

function pageRules({ http: { publicUrl, host, port }, tls }: Config): FirewallRule[] {
  const rule = (ports: string, address: string, why: string): FirewallRule => ({
    at: 'server',
    direction: 'in',
    protocol: 'tcp',
    ports,
    address,
    why,
  });
  const page = (ports: string, address: string, why: string): FirewallRule => ({
    ...rule(ports, address, why),
    carries: 'page',
  });
  const url = publicUrl === null ? null : new URL(publicUrl);
  const isPrivate = isLoopback(host);
  const isOwnTls = tls.certFile !== null && !isPrivate;
  if (!isPrivate && (url?.protocol !== 'https:' || isOwnTls)) {
    // 0: any free one, which nobody can open beforehand.
    return port === 0 ? [] : [page(String(port), anyOf(host), 'page and WebSocket')];
  }
  // A page that listens on this machine alone is reached through a proxy, whether its address is known yet or not.
  const address = url && !isLoopback(url.hostname) ? url : null;
  const where = address?.hostname ?? 'any';
  const proxyPort = address?.port || (address?.protocol === 'http:' ? '80' : '443');
  return [
    page(proxyPort, where, 'page and WebSocket, at the reverse proxy'),
    ...(proxyPort === '443' ? [rule('80', where, 'leads to https; renews certificates')] : []),
    ...(isPrivate || port === 0 ? [] : [rule(String(port), anyOf(host), 'from the reverse proxy alone')]),
  ];
}

/** Why the page's own port is not among the rules; null: it is. */
export function proxyNote({ http: { publicUrl, host, port } }: Config): string | null {
  if (!isLoopback(host)) return null;
  const { hostname = 'localhost' } = publicUrl === null ? {} : new URL(publicUrl);
  const page = `The page listens on this machine alone (${host}:${port}): people reach it through a reverse proxy here`;
  if (!isLoopback(hostname)) return `${page}.`;
  return `${page}, taken to be on 443 and 80 as http.publicUrl does not say where. Without one set http.host and tls.certFile.`;
}

/** Each worker takes one UDP and one TCP port anywhere in the range, another one when it is replaced. */
function mediaRules({ media }: Config): FirewallRule[] {
  const { workers, announcedAddress, listenIps } = media;
  const address = announcedAddress ?? (listenIps.join(', ') || 'any');
  const used = `${workers} in use`;
  const why = { udp: `picture and sound, ${used}`, tcp: `the same where UDP is blocked, ${used}` };
  return (['udp', 'tcp'] as const).map((protocol) => ({
    at: 'server',
    direction: 'in',
    protocol,
    ports: mediaPorts(media),
    address,
    why: why[protocol],
    carries: 'media',
  }));
}

function outgoingRules({ database, mail }: Config): FirewallRule[] {
  const rule = (ports: string, address: string, why: string): FirewallRule => ({
    at: 'server',
    direction: 'out',
    protocol: 'tcp',
    ports,
    address,
    why,
  });
  const to = (text: string, usual: Record<string, string>, why: string) => {
    const { hostname, port, protocol } = new URL(text);
    // A database may have several, with commas between them.
    return hostname.split(',').map((host) => rule(port || (usual[protocol] ?? ''), host, why));
  };
  return [
    ...(database.url ? to(database.url, { 'mysql:': '3306', 'mariadb:': '3306' }, 'database') : []),
    ...(mail.smtpUrl ? to(mail.smtpUrl, { 'smtp:': '587', 'smtps:': '465' }, 'invitations by mail') : []),
    rule('443', 'any', 'webhooks, where there are any'),
  ];
}

function relayRules({ turn: { urls }, media }: Config): FirewallRule[] {
  const endpoints = urls.flatMap((url) => endpointOf(url) ?? []);
  if (endpoints.length === 0) return [];
  const listening = endpoints.map(
    ({ transport, host, port }): FirewallRule => ({
      at: 'relay',
      direction: 'in',
      protocol: transport === 'udp' ? 'udp' : 'tcp',
      ports: String(port),
      address: host,
      why: transport === 'tls' ? 'TURN over TLS' : 'TURN',
      carries: 'relay',
    }),
  );
  const onward: FirewallRule = {
    at: 'relay',
    direction: 'out',
    protocol: 'udp',
    ports: mediaPorts(media),
    address: media.announcedAddress ?? 'this server',
    why: 'what is relayed',
  };
  return [...listening, onward];
}

const mediaPorts = ({ portMin, portMax }: Config['media']) =>
  portMin === portMax ? String(portMin) : `${portMin}-${portMax}`;

const anyOf = (host: string) => (['0.0.0.0', '::'].includes(host) ? 'any' : host);
