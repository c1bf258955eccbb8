/** The ways that picture and sound can take from here. */
import { endpointOf } from '../../../server/turnEndpoint.ts';
import { turnOutcome } from '../turn.ts';
import { ng, type Outcome, ok, skipped, warning } from '../types.ts';
import { nameOfProxy, type Target } from './target.ts';
import { tunnel } from './tunnel.ts';
import type { Visit } from './visit.ts';

/** What the later checks know from the earlier ones. */
export type Seen = {
  visit: Visit | null;
  /** The server has said that the link does not let in now. */
  isRefused: boolean;
  /** Why there is no visit. */
  why: string;
  /** Those that are open. */
  ways: string[];
};

/** Whether the media server is reached, with what was seen in the room. */
export async function mediaOver(protocol: 'udp' | 'tcp', seen: Seen): Promise<Outcome> {
  if (!seen.visit) return skipped(`not looked at: ${seen.why}`);
  const name = protocol.toUpperCase();
  const { [protocol]: reached } = await seen.visit.reached;
  if (reached) {
    seen.ways.push(name);
    return ok(`${reached.address}:${reached.port} answers in ${reached.ms} ms`);
  }
  return warning(
    `no address of the media server answers over ${name}`,
    protocol === 'udp'
      ? 'Let UDP to its media ports out of this network for the best picture: who runs the server knows them.'
      : 'Not needed where UDP or the relay is OK; else let TCP to its media ports out of this network.',
  );
}

/** Whether a relay can be used, directly or through the proxy: one is enough. */
export async function relay(target: Target, seen: Seen): Promise<Outcome> {
  if (!seen.visit) return skipped(`not looked at: ${seen.why}`);
  const servers = seen.visit.iceServers.flatMap((server) => server.urls.map((url) => ({ url, server })));
  if (servers.length === 0) return skipped('the server has none');
  const direct = await Promise.all(servers.map(({ url, server }) => turnOutcome(url, server)));
  const proxied = await Promise.all(servers.map((each) => throughProxy(each, target.proxy)));
  const outcomes = [...direct, ...proxied.filter((outcome) => outcome !== null)];
  const good = outcomes.find(({ status }) => status === 'ok');
  if (good) {
    seen.ways.push('relay');
    return good;
  }
  const [first] = outcomes as [Outcome];
  return warning(
    first.text,
    'Let the relay out of this network, where UDP and TCP to the server are not OK.',
  );
}

type Server = { url: string; server: Visit['iceServers'][number] };

/** Browsers take the proxy to a relay too, where it is not over UDP. */
async function throughProxy({ url, server }: Server, proxy: URL | null): Promise<Outcome | null> {
  const endpoint = endpointOf(url);
  if (!proxy || !endpoint || endpoint.transport === 'udp') return null;
  const through = await tunnel(proxy, endpoint.host, endpoint.port).catch(() => null);
  if (!through) return null;
  const outcome = await turnOutcome(url, server, { through });
  return { ...outcome, text: `${outcome.text}, through the proxy ${nameOfProxy(proxy)}` };
}

/** Whether picture and sound get through at all, by the ways that the checks before have found open. */
export function ways({ visit, why, ways: open }: Seen): Outcome {
  if (!visit) return skipped(`not looked at: ${why}`);
  if (open.length > 0) return ok(`goes over ${open.join(', ')}`);
  return ng(
    'neither UDP nor TCP nor a relay gets through: nobody would be seen or heard',
    'Let the media ports or the relay out of this network, or use another network.',
  );
}
