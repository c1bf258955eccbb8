/** Whether a TURN server takes the credentials that people get, and gives them a relay. */
import type { IceServer } from '../../protocol/messages.ts';
import type { Config } from '../../server/config.ts';
import { turnServers } from '../../server/media/turn.ts';
import { longTermKey, type StunRequest, seenAs, uint32 } from './stun.ts';
import { type Check, ng, type Outcome, ok, warning } from './types.ts';
import { openWire, type Peer, type Transport, type Wire, type WireOptions } from './wire.ts';

/** UDP between the relay and the media server, whatever the way to the relay (RFC 8656 section 18.8). */
const UDP_RELAY = Buffer.from([17, 0, 0, 0]);

/** One check for each of turn.urls; one that says so when there are none. */
export function turnChecks({ turn }: Config): Check[] {
  if (turn.urls.length === 0) {
    const run = async () =>
      warning(
        'turn.urls is empty',
        'Without a relay, networks that let out 443 alone cannot hold an interview.',
      );
    return [{ id: 'turn', label: 'TURN', run }];
  }
  return turn.urls.map((url, i) => ({
    id: turn.urls.length === 1 ? 'turn' : `turn${i + 1}`,
    label: turn.urls.length === 1 ? 'TURN' : `TURN ${i + 1}`,
    run: () => turnOutcome(url, turnServers(turn, new Date())[0]),
  }));
}

/** Asks for a relay, as a browser would, and gives it back. */
export async function turnOutcome(
  url: string,
  server: IceServer | undefined,
  options: WireOptions = {},
): Promise<Outcome> {
  const peer = peerOf(url);
  if (!peer) return ng(`${url} cannot be read`, 'Expected e.g. turns:turn.example.com:443?transport=tcp');
  const wire = await openWire(peer, options).catch((error: NodeJS.ErrnoException) => error);
  if (wire instanceof Error) {
    const why = wire.code ?? wire.message;
    return ng(
      `${url} cannot be reached (${why})`,
      'Start coturn, open its port, and check its certificate for turns:.',
    );
  }
  try {
    return await allocated(url, wire, server);
  } finally {
    wire.close();
  }
}

async function allocated(url: string, wire: Wire, server: IceServer | undefined): Promise<Outcome> {
  const started = performance.now();
  const first = await wire.ask({ method: 'allocate', fields: [['requestedTransport', UDP_RELAY]] });
  if (!first) return ng(`${url} does not answer`, 'Start coturn, and open its port (webinterview firewall).');
  const tookMs = Math.round(performance.now() - started);
  if (first.isSuccess)
    return warning(`${url} gives a relay to anyone`, 'Set turn.secret, and use-auth-secret in coturn.');
  const [realm, nonce] = [first.attribute('realm'), first.attribute('nonce')];
  const { username, credential } = server ?? {};
  if (first.errorCode !== 401 || !realm || !nonce)
    return ng(`${url} refuses (${first.errorCode})`, 'Set use-auth-secret and a realm in coturn.');
  if (!username || !credential)
    return ng(`${url} wants a password`, 'Set turn.secret to coturn’s static-auth-secret.');
  const key = longTermKey(username, realm.toString(), credential);
  const signed = (request: StunRequest): StunRequest => ({
    ...request,
    fields: [...request.fields, ['username', Buffer.from(username)], ['realm', realm], ['nonce', nonce]],
    key,
  });
  const second = await wire.ask(signed({ method: 'allocate', fields: [['requestedTransport', UDP_RELAY]] }));
  if (!second?.isSuccess) {
    return second?.errorCode === 401
      ? ng(
          `${url} refuses our password`,
          'Make turn.secret the same as coturn’s static-auth-secret, and look at the clocks.',
        )
      : ng(
          `${url} gives no relay (${second?.errorCode ?? 'no answer'})`,
          'See coturn’s log: its relay ports or quota may be used up.',
        );
  }
  await wire.ask(signed({ method: 'refresh', fields: [['lifetime', uint32(0)]] }));
  // A server may be set to answer no plain STUN: then it does not say.
  const binding = await wire.ask({ method: 'binding', fields: [] });
  const seen = binding && seenAs(binding);
  return ok(`${url} gives a relay, answers in ${tookMs} ms${seen ? `, sees us as ${seen}` : ''}`);
}

/** turn:host:3478?transport=udp, turns:host:443 */
export function peerOf(url: string): Peer | null {
  const [, scheme, host, port, transport] =
    /^(turns?):(\[[\da-f:]+\]|[^:?[\]]+)(?::(\d+))?(?:\?transport=(udp|tcp))?$/i.exec(url) ?? [];
  if (!scheme || !host) return null;
  const isTls = scheme.toLowerCase() === 'turns';
  const over: Transport = isTls ? 'tls' : ((transport as Transport | undefined) ?? 'udp');
  return { transport: over, host: host.replace(/^\[|\]$/g, ''), port: Number(port ?? (isTls ? 5349 : 3478)) };
}
