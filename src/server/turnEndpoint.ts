/** Where a TURN server is, as its address in the configuration says. */

/** tls: over TCP, with a certificate that is believed. */
type Transport = 'udp' | 'tcp' | 'tls';
/** Where a message goes; `host` is a name or an address without brackets. */
export type Endpoint = { transport: Transport; host: string; port: number };

/** turn:host:3478?transport=udp, turns:host:443 */
export function endpointOf(url: string): Endpoint | null {
  const [, scheme, host, port, transport] =
    /^(turns?):(\[[\da-f:]+\]|[^:?[\]]+)(?::(\d+))?(?:\?transport=(udp|tcp))?$/i.exec(url) ?? [];
  if (!scheme || !host) return null;
  const isTls = scheme.toLowerCase() === 'turns';
  const over: Transport = isTls ? 'tls' : ((transport as Transport | undefined) ?? 'udp');
  return { transport: over, host: host.replace(/^\[|\]$/g, ''), port: Number(port ?? (isTls ? 5349 : 3478)) };
}
