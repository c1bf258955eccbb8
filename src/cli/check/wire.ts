/** Sends one STUN message and waits for its answer, over UDP, TCP or TLS. */
import { createSocket } from 'node:dgram';
import { isIP, isIPv6, type Socket, connect as tcpConnect } from 'node:net';
import type { Duplex } from 'node:stream';
import { connect as tlsConnect } from 'node:tls';
import type { Endpoint } from '../../server/turnEndpoint.ts';
import { decode, encode, lengthOf, type StunAnswer, type StunRequest } from './stun.ts';

/** Milliseconds for the whole of one exchange. */
const ANSWER_MS = 3000;
/** UDP packets may be lost: sent again after these (RFC 8489 section 6.2.1 begins with 500 ms). */
const RESEND_MS = [0, 500, 1500];

/** One way to another machine on which several messages can go. */
export interface Wire {
  /** null: no answer came in time. */
  ask(request: StunRequest): Promise<StunAnswer | null>;
  close(): void;
}

export type WireOptions = {
  /** Each message goes with its length before it, as ICE does over TCP (RFC 4571). */
  framed?: boolean;
  /** A connection that leads there already, as through a proxy; not for UDP. */
  through?: Duplex;
};

/** @throws Node's error when no connection can be made */
export async function openWire(
  endpoint: Endpoint,
  { framed = false, through }: WireOptions = {},
): Promise<Wire> {
  return endpoint.transport === 'udp'
    ? udpWire(endpoint)
    : streamWire(await connected(endpoint, through), framed);
}

function udpWire({ host, port }: Endpoint): Wire {
  const socket = createSocket(isIPv6(host) ? 'udp6' : 'udp4');
  // A port that nobody listens on is told as an error; it is no answer.
  socket.on('error', () => undefined);
  return {
    ask: (request) =>
      answered(request, (bytes, hear) => {
        socket.on('message', hear);
        const timers = RESEND_MS.map((ms) =>
          setTimeout(() => socket.send(bytes, port, host, () => undefined), ms),
        );
        return () => {
          socket.off('message', hear);
          for (const timer of timers) clearTimeout(timer);
        };
      }),
    close: () => socket.close(),
  };
}

function streamWire(socket: Duplex, framed: boolean): Wire {
  let received: Buffer = Buffer.alloc(0);
  socket.on('error', () => undefined);
  return {
    ask: (request) =>
      answered(request, (bytes, hear) => {
        const onData = (data: Buffer) => {
          received = Buffer.concat([received, data]);
          const [message, rest] = firstMessage(received, framed);
          received = rest;
          if (message) hear(message);
        };
        socket.on('data', onData);
        socket.write(
          framed ? Buffer.concat([Buffer.from([bytes.length >> 8, bytes.length & 255]), bytes]) : bytes,
        );
        return () => void socket.off('data', onData);
      }),
    close: () => void socket.destroy(),
  };
}

/** The first whole message, and what comes after it. */
function firstMessage(bytes: Buffer, framed: boolean): [Buffer | null, Buffer] {
  const head = framed ? 2 : 0;
  const length = framed ? (bytes.length < 2 ? null : bytes.readUInt16BE(0)) : lengthOf(bytes);
  if (length === null || bytes.length < head + length) return [null, bytes];
  return [bytes.subarray(head, head + length), bytes.subarray(head + length)];
}

type Hear = (message: Buffer) => void;

function answered(
  request: StunRequest,
  send: (bytes: Buffer, hear: Hear) => () => void,
): Promise<StunAnswer | null> {
  const { bytes, transactionId } = encode(request);
  return new Promise((resolve) => {
    const done = (answer: StunAnswer | null) => {
      clearTimeout(timer);
      stop();
      resolve(answer);
    };
    const timer = setTimeout(() => done(null), ANSWER_MS);
    const stop = send(bytes, (message) => {
      const answer = decode(message, transactionId);
      if (answer) done(answer);
    });
  });
}

async function connected({ transport, host, port }: Endpoint, through?: Duplex): Promise<Duplex> {
  if (transport === 'tcp') return through ?? whenOpen(tcpConnect({ host, port }), 'connect');
  // An address in numbers is no server name.
  const servername = isIP(host) ? undefined : host;
  const where = through ? { socket: through } : { port };
  return whenOpen(tlsConnect({ host, ...where, servername }), 'secureConnect');
}

function whenOpen(socket: Socket, event: 'connect' | 'secureConnect'): Promise<Duplex> {
  return new Promise((resolve, reject) => {
    const deadline = setTimeout(
      () => socket.destroy(Object.assign(new Error('no answer'), { code: 'ETIMEDOUT' })),
      ANSWER_MS,
    );
    socket.once(event, () => {
      clearTimeout(deadline);
      resolve(socket);
    });
    socket.on('error', (error) => {
      clearTimeout(deadline);
      reject(error);
    });
  });
}
