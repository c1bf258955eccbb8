/** Whether packets reach the media server: ICE's own question to each of its addresses, as a browser asks it. */
import { randomBytes } from 'node:crypto';
import type { types as mediasoup } from 'mediasoup';
import type { TransportInfo } from '../../../protocol/messages.ts';
import { type StunRequest, uint32 } from '../stun.ts';
import { openWire } from '../wire.ts';

/** Where an answer came from, and after how many milliseconds. */
export type Reached = { address: string; port: number; ms: number };

/**
 * The address that answered first over this protocol; null: none did.
 * @param isLocal the server is on this machine
 */
export async function reach(
  { iceParameters: ice, iceCandidates }: Pick<TransportInfo, 'iceParameters' | 'iceCandidates'>,
  protocol: 'udp' | 'tcp',
  isLocal: boolean,
): Promise<Reached | null> {
  const mine = addressesOf(iceCandidates, protocol, isLocal);
  const answers = mine.map(async ({ address, port }) => {
    const ms = await bindingMs({ address, port, protocol }, ice);
    if (ms === null) throw new Error('no answer');
    return { address, port, ms };
  });
  return Promise.any(answers).catch(() => null);
}

/** Another machine's loopback is not ours. */
export function addressesOf(
  candidates: mediasoup.IceCandidate[],
  protocol: 'udp' | 'tcp',
  isLocal: boolean,
): { address: string; port: number }[] {
  return candidates
    .filter((candidate) => candidate.protocol === protocol)
    .filter(({ address }) => isLocal || !/^(127\.|::1$)/.test(address))
    .map(({ address, port }) => ({ address, port }));
}

async function bindingMs(
  { address, port, protocol }: { address: string; port: number; protocol: 'udp' | 'tcp' },
  ice: mediasoup.IceParameters,
): Promise<number | null> {
  const started = performance.now();
  const wire = await openWire(
    { transport: protocol, host: address, port },
    { framed: protocol === 'tcp' },
  ).catch(() => null);
  if (!wire) return null;
  try {
    const answer = await wire.ask(bindingOf(ice));
    return answer?.isSuccess ? Math.round(performance.now() - started) : null;
  } finally {
    wire.close();
  }
}

/** RFC 8445 section 7.2.2: the server answers only to who knows its name and password. */
function bindingOf({ usernameFragment, password }: mediasoup.IceParameters): StunRequest {
  const mine = randomBytes(4).toString('hex');
  return {
    method: 'binding',
    fields: [
      ['username', Buffer.from(`${usernameFragment}:${mine}`)],
      // A host candidate's: type preference 126, one component (section 5.1.2).
      ['priority', uint32(((126 << 24) | (65_535 << 8) | 255) >>> 0)],
      ['iceControlling', randomBytes(8)],
    ],
    key: Buffer.from(password),
  };
}
