/** What comes over a WebSocket below its messages: frames of every kind, whole, cut and forbidden. */
import type { Socket } from 'node:net';
import type { ExecutionContext } from 'ava';
import fc from 'fast-check';
import { limits } from '../../src/protocol/limits.ts';
import { subprotocol } from '../../src/protocol/version.ts';
import { connect } from '../helpers/client.ts';
import { strings } from './arbitraries.ts';
import { assertHealthy, closedSoon, type Target } from './target.ts';
import { exchange } from './wire.ts';

/** RFC 6455 section 5.2. `length` is what the frame says, whatever it carries. */
export type Frame = {
  fin: boolean;
  rsv: number;
  opcode: number;
  masked: boolean;
  payload: Buffer;
  length?: number | undefined;
};

const payloads = fc.oneof(
  fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
  fc
    .constantFrom(
      '{"id":0,"method":"ping","params":{}}',
      '{"id":',
      '[1]',
      '',
      '{"id":0,"method":"join","params":{"keepMedia":false}}',
    )
    .map((text) => Buffer.from(text)),
  fc.constantFrom(...strings).map((text) => Buffer.from(text)),
  // Invalid UTF-8, a close code that there is not, more than a control frame may carry, more than a message may.
  fc
    .constantFrom([0xff, 0xfe], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0x03, 0xed], [0x00], [0x0f, 0xff, 0xff])
    .map((bytes) => Buffer.from(bytes)),
  fc
    .constantFrom(126, 125, limits.frameBytes, limits.frameBytes + 1, 300_000)
    .map((size) => Buffer.alloc(size, 'x')),
);

const aFrame: fc.Arbitrary<Frame> = fc.record({
  fin: fc.boolean(),
  rsv: fc.oneof({ weight: 9, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.nat(7) }),
  opcode: fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom(0, 1, 1, 2, 8, 9, 10) },
    { weight: 1, arbitrary: fc.nat(15) },
  ),
  masked: fc.oneof({ weight: 9, arbitrary: fc.constant(true) }, { weight: 1, arbitrary: fc.constant(false) }),
  payload: payloads,
  length: fc.oneof(
    { weight: 9, arbitrary: fc.constant(undefined) },
    { weight: 1, arbitrary: fc.constantFrom(0, 1, 125, 126, 65_536, 2 ** 31, 2 ** 53 - 1) },
  ),
});

export const frames = fc.record({
  joined: fc.boolean(),
  ours: fc.boolean(),
  frames: fc.array(aFrame, { minLength: 1, maxLength: 12 }),
  times: fc.constantFrom(1, 1, 1, 50),
});
export type Frames = typeof frames extends fc.Arbitrary<infer T> ? T : never;

/** Somebody with a link, or a stranger, sends all of it on one socket, then goes. */
export async function sendFrames(t: ExecutionContext, target: Target, sent: Frames): Promise<void> {
  const room = await target.room();
  const token = room.tokens.applicant;
  const client = await connect(t, target, sent.ours ? { token } : { subprotocols: [subprotocol] });
  client.socket.removeAllListeners('message');
  if (sent.joined && sent.ours) client.socket.send('{"id":0,"method":"join","params":{"keepMedia":false}}');
  const wire = (client.socket as unknown as { _socket: Socket })._socket;
  const bytes = Buffer.concat(sent.frames.map(encoded));
  for (let i = 0; i < sent.times && !wire.destroyed; i++) wire.write(bytes);
  // It has read all of this when it answers another, or it has closed.
  await assertHealthy(target);
  client.socket.terminate();
  await closedSoon(client);
  await assertHealthy(target);
}

function encoded({ fin, rsv, opcode, masked, payload, length = payload.length }: Frame): Buffer {
  const first = (fin ? 0x80 : 0) | (rsv << 4) | opcode;
  const mask = Buffer.from([1, 2, 3, 4]);
  const body = masked ? Buffer.from(payload.map((byte, i) => byte ^ (mask[i % 4] as number))) : payload;
  return Buffer.concat([Buffer.from([first]), sizeOf(length, masked), masked ? mask : Buffer.alloc(0), body]);
}

function sizeOf(length: number, masked: boolean): Buffer {
  const bit = masked ? 0x80 : 0;
  if (length < 126) return Buffer.from([bit | length]);
  const size = Buffer.alloc(length < 65_536 ? 3 : 9);
  size[0] = bit | (length < 65_536 ? 126 : 127);
  if (length < 65_536) size.writeUInt16BE(length, 1);
  else size.writeBigUInt64BE(BigInt(length), 1);
  return size;
}

// ---- the handshake --------------------------------------------------------------------------------------

export const handshakes = fc.record({
  method: fc.constantFrom('GET', 'GET', 'GET', 'POST', 'HEAD'),
  path: fc.constantFrom(
    '/ws',
    '/ws',
    '/ws',
    '/ws?x=%',
    '/ws/',
    '/',
    '/api/room/files',
    '*',
    'http://[/ws',
    '//ws',
  ),
  upgrade: fc.constantFrom('websocket', 'websocket', 'WebSocket', 'h2c', 'websocket, h2c', ''),
  key: fc.constantFrom('dGhlIHNhbXBsZSBub25jZQ==', 'dGhlIHNhbXBsZSBub25jZQ==', '', 'x', '='.repeat(500)),
  version: fc.constantFrom('13', '13', '8', '99', ''),
  protocols: fc.oneof(
    fc.constantFrom(
      subprotocol,
      `${subprotocol}, token.`,
      `${subprotocol}, ${subprotocol}`,
      'webinterview.v0',
      ',',
      '',
    ),
    fc.constantFrom(...strings).map((text) => `${subprotocol}, token.${text}`),
    fc.constantFrom(...strings),
  ),
  extensions: fc.constantFrom(
    '',
    'permessage-deflate',
    'permessage-deflate; client_max_window_bits=0',
    ';;;',
    'x'.repeat(4000),
  ),
  origin: fc.constantFrom(undefined, 'null', '', 'http://127.0.0.1', 'http://[', 'https://evil.example'),
  after: fc.constantFrom('', 'x'.repeat(100), '\x81\x85\0\0\0\0hello'),
});
export type Handshake = typeof handshakes extends fc.Arbitrary<infer T> ? T : never;

export async function shakeHands(target: Target, made: Handshake): Promise<void> {
  const lines = [
    `${made.method} ${made.path} HTTP/1.1`,
    'Host: 127.0.0.1',
    `Upgrade: ${made.upgrade}`,
    'Connection: Upgrade',
    `Sec-WebSocket-Key: ${made.key}`,
    `Sec-WebSocket-Version: ${made.version}`,
    `Sec-WebSocket-Protocol: ${made.protocols.toWellFormed()}`,
    `Sec-WebSocket-Extensions: ${made.extensions}`,
    ...(made.origin === undefined ? [] : [`Origin: ${made.origin}`]),
    `X-Forwarded-For: 10.9.${Math.floor(Math.random() * 256)}.${Math.floor(Math.random() * 256)}`,
  ];
  const { status } = await exchange(
    target.url,
    Buffer.from(`${lines.join('\r\n')}\r\n\r\n${made.after}`, 'utf8'),
  );
  if (status >= 500) throw new Error(`${status} at the upgrade`);
  await assertHealthy(target);
}
