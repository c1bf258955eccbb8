/** All that `webinterview check --url` looks at, on the machine of somebody who cannot get in. */

import { measureSpeed } from '../../../client/speed.ts';
import type { ErrorCode } from '../../../protocol/errors.ts';
import { limits } from '../../../protocol/limits.ts';
import { shownTime } from '../../../server/util/shownTime.ts';
import { type Check, ng, type Outcome, ok, skipped, warning } from '../types.ts';
import { mediaOver, relay, type Seen, ways } from './routes.ts';
import { nameOfProxy, type Target } from './target.ts';
import { canOpen, OtherVersion, Refused, visit } from './visit.ts';
import { dns, page, reasonOf, tcp, tls } from './way.ts';

/** In the order in which they must run: each knows what those before have seen. */
export function linkChecks(target: Target): Check[] {
  const seen: Seen = { visit: null, isRefused: false, why: 'the room was not reached', ways: [] };
  const ports = [...new Set([target.port, 443, 80])];
  return [
    { id: 'dns', label: 'DNS', run: () => dns(target) },
    ...ports.map((port) => ({ id: `tcp${port}`, label: `TCP ${port}`, run: () => portOf(target, port) })),
    { id: 'tls', label: 'TLS', run: () => tls(target) },
    { id: 'page', label: 'Page', run: () => page(target) },
    { id: 'websocket', label: 'WebSocket', run: () => websocket(target, seen) },
    { id: 'udp', label: 'Media, UDP', run: () => mediaOver('udp', seen) },
    { id: 'mediaTcp', label: 'Media, TCP', run: () => mediaOver('tcp', seen) },
    { id: 'turn', label: 'Media, relay', run: () => relay(target, seen) },
    { id: 'media', label: 'Media', run: async () => ways(seen) },
    { id: 'speed', label: 'Speed', run: () => speed(target, seen) },
  ];
}

/** The link's own port; and port 80 beside 443, as that is where an address without https:// leads at first. */
async function portOf(target: Target, port: number): Promise<Outcome> {
  const isAsked = port === target.port || (port === 80 && target.port === 443);
  return isAsked ? tcp(target, port) : skipped(`not looked at: the link leads to port ${target.port} alone`);
}

async function websocket(target: Target, seen: Seen): Promise<Outcome> {
  const way = target.proxy ? `through the proxy ${nameOfProxy(target.proxy)}` : 'without a proxy';
  try {
    if (target.token === null) {
      await canOpen(target);
      seen.why = 'give the whole link of a room to see this';
      return ok(`opened ${way}`);
    }
    seen.visit = await visit(target);
    const { opens } = seen.visit;
    return ok(
      opens ? `opened ${way}; the room opens ${opens}, not yet` : `opened ${way}, and the link lets in`,
    );
  } catch (error) {
    if (error instanceof OtherVersion) {
      seen.why = 'the server is of another version';
      return warning(
        `opened ${way}, but the server is of another version than this program`,
        'Install the version of webinterview that the server has, and check again.',
      );
    }
    if (error instanceof Refused) {
      seen.why = `the link does not let in now (${error.code})`;
      seen.isRefused = true;
      return refusedOutcome(error, `opened ${way}`);
    }
    return ng(
      `cannot be opened ${way} (${reasonOf(error)})`,
      'Let WebSockets (wss) to this server through the proxy or firewall; a proxy that opens TLS may not.',
    );
  }
}

/** What a refusal means for whoever has the link: it may pass by itself, and what does not is NG. */
function refusedOutcome({ code, message, retryAt }: Refused, opened: string): Outcome {
  const text = `${opened}, but ${message} (${code})`;
  if (code === 'room_full' || code === 'server_full')
    return warning(text, 'Check it again when somebody has left.');
  if (retryAt) {
    const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
    return ng(text, `Check it again after ${shownTime(retryAt, timeZone)}, with the link as it is now.`);
  }
  return ng(text, refusedRemedies[code] ?? 'Tell who runs the server.');
}

const refusedRemedies: Partial<Record<ErrorCode, string>> = {
  link_expired: 'Ask who sent the link for a later time, and check it before the room closes.',
  link_revoked: 'Ask who sent the link for the new one, and check that.',
  link_unknown:
    'Copy the whole link once more from where it was sent, and look whether it is of this server.',
};

async function speed({ server, token }: Target, { isRefused, why }: Seen): Promise<Outcome> {
  if (isRefused) return skipped(`not measured: ${why}`);
  if (token === null) return skipped('not measured: give the whole link of a room to see this');
  const { upMbps, downMbps } = limits.speed;
  const measured = await measureSpeed({ server, token, onProgress: () => undefined }).catch(() => null);
  if (!measured)
    return warning(
      'nothing could be transferred',
      'Check it with a link that lets in, when the items above are OK.',
    );
  const { downMbps: down, upMbps: up } = measured;
  const text = `${figureOf(down)} down (over ${downMbps} needed), ${figureOf(up)} up (over ${upMbps} needed)`;
  if (down > downMbps && up > upMbps) return ok(text);
  return ng(text, 'Use a cable, come closer to the access point, or end what else uses the line.');
}

const figureOf = (mbps: number) =>
  mbps < limits.speed.mostMbps ? `${mbps.toFixed(1)} Mbps` : `${mbps} Mbps or more`;
