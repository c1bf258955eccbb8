/** One WebRTC transport to the server: a UDP socket, ICE as its controlling side, and DTLS-SRTP. */
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { encode, uint32 } from '../../../src/cli/check/stun.ts';
import type { TransportInfo } from '../../../src/protocol/messages.ts';
import { handshake, type Identity } from './dtls.ts';
import { SrtpSender } from './srtp.ts';

/** Milliseconds between two checks of the line, as Chromium makes them (RFC 7675). */
const CONSENT_MS = 2500;
const RECEIVE_BYTES = 1024 * 1024;

export type Wire = {
  sendRtp(header: Buffer, payload: Buffer, rollovers: number): void;
  sendRtcp(packet: Buffer): void;
  close(): void;
};

export type WireOptions = {
  info: TransportInfo;
  identity: Identity;
  /** Tells the server the fingerprint, before the handshake. */
  connect: () => Promise<unknown>;
  /** Every packet of SRTP and SRTCP as it came. */
  onPacket: (bytes: Buffer) => void;
};

export async function openWire({ info, identity, connect, onPacket }: WireOptions): Promise<Wire> {
  const socket = createSocket({ type: 'udp4', recvBufferSize: RECEIVE_BYTES });
  const candidate = info.iceCandidates.find(({ protocol, ip }) => protocol === 'udp' && ip === '127.0.0.1');
  if (!candidate)
    throw new Error('the server listens on no loopback address: leave media.listenIps as it is');
  socket.connect(candidate.port, '127.0.0.1');
  await once(socket, 'connect');
  // The server may be gone before we are: what it does not hear any more is no fault of the measurement.
  socket.on('error', () => undefined);
  await connect();
  await nominate(socket, info);
  const consent = setInterval(() => socket.send(bindingRequest(info)), CONSENT_MS);
  const close = () => {
    clearInterval(consent);
    socket.close();
  };
  try {
    const sender = new SrtpSender(await handshake(socket, identity));
    socket.on('message', (bytes) => {
      if (isMedia(bytes)) onPacket(bytes);
    });
    return {
      sendRtp: (header, payload, rollovers) => socket.send(sender.rtp(header, payload, rollovers)),
      sendRtcp: (packet) => socket.send(sender.rtcp(packet)),
      close,
    };
  } catch (error) {
    close();
    throw error;
  }
}

/** Until the server has answered. */
async function nominate(socket: Socket, info: TransportInfo): Promise<void> {
  const answered = once(socket, 'message');
  const again = setInterval(() => socket.send(bindingRequest(info)), 200);
  socket.send(bindingRequest(info));
  await answered.finally(() => clearInterval(again));
}

function bindingRequest({ iceParameters: { usernameFragment, password } }: TransportInfo): Buffer {
  const { bytes } = encode({
    method: 'binding',
    fields: [
      ['username', Buffer.from(`${usernameFragment}:load`)],
      ['priority', uint32(0x6e7f_1eff)],
      ['iceControlling', Buffer.alloc(8, 1)],
    ],
    key: Buffer.from(password),
  });
  return bytes;
}

/** RFC 7983. */
const isMedia = (bytes: Buffer) => (bytes[0] ?? 0) >= 128 && (bytes[0] ?? 0) <= 191;
