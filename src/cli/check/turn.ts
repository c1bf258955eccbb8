/** Whether a TURN server takes the credentials that people get, and gives them a relay. */
import { lookup } from 'node:dns/promises';
import type { IceServer } from '../../protocol/messages.ts';
import type { Config } from '../../server/config.ts';
import { turnServers } from '../../server/media/turn.ts';
import { endpointOf } from '../../server/turnEndpoint.ts';
import { reachedAddresses } from './reachability.ts';
import { longTermKey, type StunAnswer, type StunRequest, seenAs, uint32, xorAddress } from './stun.ts';
import { type Check, ng, type Outcome, ok, warning } from './types.ts';
import { openWire, type Wire, type WireOptions } from './wire.ts';

/** UDP between the relay and the media server, whatever the way to the relay (RFC 8656 section 18.8). */
const ALLOCATE: StunRequest = {
  method: 'allocate',
  fields: [['requestedTransport', Buffer.from([17, 0, 0, 0])]],
};

/** Long enough for a check. */
const CREDENTIALS_MS = 60_000;

/** One check for each of turn.urls; one that says so when there are none. */
export function turnChecks({ turn, media }: Config): Check[] {
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
    async run() {
      const expiresAt = new Date(Date.now() + CREDENTIALS_MS);
      const [server] = turnServers(turn, { user: 'check', expiresAt });
      return turnOutcome(url, server, { peers: await addressesOf(media) });
    },
  }));
}

/** What browsers are told of the media server, in numbers. */
async function addressesOf(media: Config['media']): Promise<string[]> {
  const known = reachedAddresses(media).map((name) => lookup(name, { family: 4 }).catch(() => null));
  return (await Promise.all(known)).flatMap((found) => found?.address ?? []);
}

/** How the relay is reached, and what it has to reach. */
export type TurnCheckOptions = WireOptions & {
  /** The media server's IPv4 addresses, each of which the relay has to be willing to send to. */
  peers?: string[];
};

/** Asks for a relay, as a browser would, and gives it back. */
export async function turnOutcome(
  url: string,
  server: IceServer | undefined,
  { peers = [], ...options }: TurnCheckOptions = {},
): Promise<Outcome> {
  const endpoint = endpointOf(url);
  if (!endpoint) return ng(`${url} cannot be read`, 'Expected e.g. turns:turn.example.com:443?transport=tcp');
  const wire = await openWire(endpoint, options).catch((error: NodeJS.ErrnoException) => error);
  if (wire instanceof Error) {
    const why = wire.code ?? wire.message;
    return ng(
      `${url} cannot be reached (${why})`,
      'Start coturn, open its port, and check its certificate for turns:.',
    );
  }
  try {
    return await allocated(url, wire, server, peers);
  } finally {
    wire.close();
  }
}

async function allocated(
  url: string,
  wire: Wire,
  server: IceServer | undefined,
  peers: string[],
): Promise<Outcome> {
  const started = performance.now();
  const first = await wire.ask(ALLOCATE);
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
  const problem = await problemOfRelay(url, (request) => wire.ask(signed(request)), peers);
  if (problem) return problem;
  // A server may be set to answer no plain STUN: then it does not say.
  const binding = await wire.ask({ method: 'binding', fields: [] });
  const seen = binding && seenAs(binding);
  return ok(`${url} gives a relay, answers in ${tookMs} ms${seen ? `, sees us as ${seen}` : ''}`);
}

type Ask = (request: StunRequest) => Promise<StunAnswer | null>;

/** What is wrong with the relay that is given to who asks; null: nothing. It is given back. */
async function problemOfRelay(url: string, ask: Ask, peers: string[]): Promise<Outcome | null> {
  const given = await ask(ALLOCATE);
  if (!given?.isSuccess) {
    return given?.errorCode === 401
      ? ng(
          `${url} refuses our password`,
          'Make turn.secret the same as coturn’s static-auth-secret, and look at the clocks.',
        )
      : ng(
          `${url} gives no relay (${given?.errorCode ?? 'no answer'})`,
          'See coturn’s log: its relay ports or quota may be used up.',
        );
  }
  const barred = await barredPeer(ask, peers);
  await ask({ method: 'refresh', fields: [['lifetime', uint32(0)]] });
  if (barred === null) return null;
  return ng(
    `${url} does not relay to the media server at ${barred}`,
    'Let it: allowed-peer-ip in coturn is the address that browsers are told (media.announcedAddress).',
  );
}

/** The first address to which the relay refuses to send (RFC 8656 section 9); null: none. */
async function barredPeer(ask: Ask, peers: string[]): Promise<string | null> {
  for (const peer of peers) {
    const answer = await ask({ method: 'createPermission', fields: [['xorPeerAddress', xorAddress(peer)]] });
    if (!answer?.isSuccess) return peer;
  }
  return null;
}
