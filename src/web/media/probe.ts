/** The environment check's proof that sound really reaches the server, and which way. */
import type { types } from 'mediasoup-client';
import type { Connection } from '../connection/connection.ts';
import type { Sender } from './sender.ts';
import { createSilence, type Silence } from './silence.ts';

/** The way of the media: relay goes through a TURN server. */
export type ProbeResult = { protocol: 'udp' | 'tcp' | 'relay'; roundTripMs: number };

type ProbeOptions = {
  connection: Connection;
  transport: types.Transport;
  sender: Sender;
  microphone: MediaStreamTrack | null;
};

/** No sound of the microphone gets through to the server. */
export class ProbeError extends Error {
  override readonly name = 'ProbeError';
  readonly code = 'blocked';

  constructor() {
    super('no media has reached the server; a firewall may be in the way');
  }
}

const TIMEOUT_MS = 10_000;
const POLL_MS = 100;
/** A connection alone brings less than this; a quarter of a second of silence in Opus brings more. */
const ENOUGH_BYTES = 200;

/**
 * Sends silence until the server has received it, at most 10 s. Where neither the microphone nor a gesture of the
 * person allows any sound yet, the encrypted connection to the server is proof enough.
 * @throws {ProbeError} when nothing has arrived by then
 */
export async function probeTransport(options: ProbeOptions): Promise<ProbeResult> {
  const { sender, transport, microphone } = options;
  const silence = createSilence(microphone);
  try {
    await sender.sendSilence(silence.track);
    const protocol = await untilArrived(options, silence);
    const { relayed, roundTripMs } = await pairInUse(transport);
    return { protocol: relayed ? 'relay' : protocol, roundTripMs };
  } finally {
    await sender.sendSilence(null);
    silence.stop();
  }
}

async function untilArrived({ connection, transport }: ProbeOptions, silence: Silence) {
  const deadline = Date.now() + TIMEOUT_MS;
  let first: number | null = null;
  while (Date.now() < deadline && !transport.closed) {
    const { protocol, bytesReceived } = await connection.request('transportStatus', {
      transportId: transport.id,
    });
    if (transport.connectionState === 'connected') first ??= bytesReceived;
    const arrived = first !== null && bytesReceived >= first + (silence.flows ? ENOUGH_BYTES : 0);
    if (protocol && arrived) return protocol;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  throw new ProbeError();
}

async function pairInUse(transport: types.Transport) {
  const report = await transport.getStats();
  let found = { relayed: false, roundTripMs: 0 };
  for (const stats of report.values()) {
    const inUse = stats.type === 'candidate-pair' && stats.state === 'succeeded' && stats.nominated;
    if (!inUse) continue;
    const local = report.get(stats.localCandidateId) as { candidateType?: string } | undefined;
    const seconds = stats.currentRoundTripTime ?? 0;
    found = { relayed: local?.candidateType === 'relay', roundTripMs: seconds * 1000 };
  }
  return found;
}
