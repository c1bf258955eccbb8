import http from 'node:http';
import https from 'node:https';
import { WebSocket } from 'ws';
import { closeCodes, type ErrorCode } from '../../../protocol/errors.ts';
import type { IceServer, JoinResult, ServerFrame, TransportInfo } from '../../../protocol/messages.ts';
import { subprotocol, tokenSubprotocol } from '../../../protocol/version.ts';
import { isLoopback } from '../../../server/loopback.ts';
import { shownTime } from '../../../server/util/shownTime.ts';
import { type Reached, reach } from './media.ts';
import type { Target } from './target.ts';

const ANSWER_MS = 10_000;

/**
 * What a visit to the room has brought; `reached` comes a little later, and then the room has been left.
 * `opens`: when it opens, as people read it; null: it is open.
 */
export type Visit = {
  opens: string | null;
  iceServers: IceServer[];
  reached: Promise<Record<'udp' | 'tcp', Reached | null>>;
};

/** The server's answer that keeps a visitor out, e.g. link_expired. */
export class Refused extends Error {
  override readonly name = 'Refused';
  readonly code: ErrorCode;
  /** When it can be tried again, where that is known. */
  readonly retryAt: Date | null;

  constructor(code: ErrorCode, message: string, retryAt: string | null = null) {
    super(message);
    this.code = code;
    this.retryAt = retryAt === null ? null : new Date(retryAt);
  }
}

/** The server speaks another version of the protocol than we do. */
export class OtherVersion extends Error {
  override readonly name = 'OtherVersion';
}

/**
 * Goes into the waiting room to ask where media goes, asks there, and leaves as soon as it knows. It takes no seat in
 * the call and asks for none. Before the room opens it does the same before its door.
 * @throws {Refused}; {OtherVersion}; Error with what the way to the server said
 */
export async function visit({ server, token, host }: Target): Promise<Visit> {
  const socket = await opened(server, token ?? '');
  const leave = () =>
    socket.send(JSON.stringify({ id: 3, method: 'leave', params: {} }), () => socket.close());
  try {
    const join = (await asked(socket, 0, 'join', { keepMedia: false })) as JoinResult;
    await asked(socket, 1, 'openMedia', { rtpCapabilities: join.rtpCapabilities });
    const transport = (await asked(socket, 2, 'createTransport', { direction: 'send' })) as TransportInfo;
    const isLocal = isLoopback(host);
    const reached = Promise.all([reach(transport, 'udp', isLocal), reach(transport, 'tcp', isLocal)])
      .then(([udp, tcp]) => ({ udp, tcp }))
      .finally(leave);
    const { early, room, iceServers } = join;
    const opens = early && shownTime(new Date(early.opensAt), room.timeZone);
    return { opens, iceServers, reached };
  } catch (error) {
    leave();
    throw error;
  }
}

/** Whether a WebSocket can be opened at all; the server says afterwards what it thinks of the token. */
export async function canOpen({ server }: Target): Promise<void> {
  const socket = await opened(server, '');
  socket.resume();
  socket.close();
}

function opened(server: string, token: string): Promise<WebSocket> {
  const url = `${server.replace(/^http/, 'ws')}/ws`;
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url, token ? [subprotocol, tokenSubprotocol(token)] : [subprotocol], {
      // The ones that heed the proxy of the environment.
      agent: url.startsWith('wss:') ? https.globalAgent : http.globalAgent,
      handshakeTimeout: ANSWER_MS,
    });
    socket.once('open', () => {
      // A refusal may come with the handshake: it waits until somebody listens.
      socket.pause();
      resolve(socket);
    });
    socket.once('unexpected-response', (_, { statusCode }) =>
      reject(new Error(`answered with HTTP ${statusCode}`)),
    );
    // Asked before ws does, whose error for this has no code.
    socket.once('upgrade', ({ headers }) => {
      const spoken = headers['sec-websocket-protocol'];
      if (spoken !== subprotocol) reject(new OtherVersion(`speaks ${spoken ?? 'no protocol of ours'}`));
    });
    socket.on('error', reject);
  });
}

function asked(socket: WebSocket, id: number, method: string, params: object): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const done = (settle: () => void) => {
      clearTimeout(timer);
      socket.off('message', onMessage).off('close', onClose);
      settle();
    };
    const timer = setTimeout(() => done(() => reject(new Error(`${method} was not answered`))), ANSWER_MS);
    const onMessage = (data: unknown) => {
      const frame = JSON.parse(String(data)) as ServerFrame;
      if ('event' in frame) {
        if (frame.event !== 'refused') return;
        const { code, message, retryAt } = frame.data;
        done(() => reject(new Refused(code, message, retryAt)));
      } else if (frame.id === id) {
        const { ok } = frame;
        done(() => (ok ? resolve(frame.result) : reject(new Refused(frame.error.code, frame.error.message))));
      }
    };
    const onClose = (code: number) =>
      done(() =>
        reject(
          code === closeCodes.version ? new OtherVersion('speaks another') : new Error(`closed with ${code}`),
        ),
      );
    socket.on('message', onMessage).once('close', onClose);
    socket.resume();
    socket.send(JSON.stringify({ id, method, params }));
  });
}
