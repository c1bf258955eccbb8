/** Messages of STUN (RFC 8489), TURN (RFC 8656) and ICE (RFC 8445), as far as a check needs them. */
import { createHash, createHmac, randomBytes } from 'node:crypto';
import { crc32 } from 'node:zlib';

const COOKIE = 0x2112a442;
const HEADER = 20;

/** The kinds of requests, by their number in a message (RFC 8489 section 18.2, RFC 8656 section 17). */
export const methods = {
  binding: 0x0001,
  allocate: 0x0003,
  refresh: 0x0004,
  createPermission: 0x0008,
} as const;
const CLASS_SUCCESS = 0x0100;
const CLASS_ERROR = 0x0110;

const attributes = {
  username: 0x0006,
  messageIntegrity: 0x0008,
  errorCode: 0x0009,
  lifetime: 0x000d,
  xorPeerAddress: 0x0012,
  realm: 0x0014,
  nonce: 0x0015,
  requestedTransport: 0x0019,
  xorMappedAddress: 0x0020,
  priority: 0x0024,
  fingerprint: 0x8028,
  iceControlling: 0x802a,
} as const;
type AttributeName = keyof typeof attributes;

/** What is asked; its transaction id is made when it is written. */
export type StunRequest = {
  method: keyof typeof methods;
  fields: [AttributeName, Buffer][];
  /** What the message is signed with; none: it is not. */
  key?: Buffer;
};

/** What came back; attributes as bytes, as they stand in the message. */
export type StunAnswer = {
  isSuccess: boolean;
  /** e.g. 401; null at success. */
  errorCode: number | null;
  attribute: (name: AttributeName) => Buffer | null;
};

/** A request with a transaction id of its own, signed where there is a key, and with a fingerprint. */
export function encode({ method, fields, key }: StunRequest): { bytes: Buffer; transactionId: Buffer } {
  const transactionId = randomBytes(12);
  const header = Buffer.alloc(HEADER);
  header.writeUInt16BE(methods[method], 0);
  header.writeUInt32BE(COOKIE, 4);
  transactionId.copy(header, 8);
  let bytes = Buffer.concat([header, ...fields.map(([name, value]) => attribute(name, value))]);
  if (key) {
    // Signed as if the signature were there already (section 14.5).
    const signature = createHmac('sha1', key).update(withLength(bytes, 24)).digest();
    bytes = Buffer.concat([bytes, attribute('messageIntegrity', signature)]);
  }
  const check = Buffer.alloc(4);
  check.writeUInt32BE((crc32(withLength(bytes, 8)) ^ 0x5354554e) >>> 0);
  bytes = Buffer.concat([bytes, attribute('fingerprint', check)]);
  return { bytes: withLength(bytes, 0), transactionId };
}

/** The answer to this transaction; null: it is something else. */
export function decode(bytes: Buffer, transactionId: Buffer): StunAnswer | null {
  if (bytes.length < HEADER || bytes.readUInt32BE(4) !== COOKIE) return null;
  if (!bytes.subarray(8, HEADER).equals(transactionId)) return null;
  const found = new Map<number, Buffer>();
  const end = Math.min(bytes.length, HEADER + bytes.readUInt16BE(2));
  for (let at = HEADER; at + 4 <= end; ) {
    const length = bytes.readUInt16BE(at + 2);
    found.set(bytes.readUInt16BE(at), bytes.subarray(at + 4, at + 4 + length));
    at += 4 + Math.ceil(length / 4) * 4;
  }
  const kind = bytes.readUInt16BE(0) & 0x0110;
  if (kind !== CLASS_SUCCESS && kind !== CLASS_ERROR) return null;
  const error = found.get(attributes.errorCode);
  return {
    isSuccess: kind === CLASS_SUCCESS,
    errorCode: error && error.length >= 4 ? (error[2] as number) * 100 + (error[3] as number) : null,
    attribute: (name) => found.get(attributes[name]) ?? null,
  };
}

/** From where the server saw us (section 14.2), if it said so by IPv4. */
export function seenAs(answer: StunAnswer): string | null {
  const value = answer.attribute('xorMappedAddress');
  if (!value || value.length < 8 || value[1] !== 1) return null;
  const address = (value.readUInt32BE(4) ^ COOKIE) >>> 0;
  return [24, 16, 8, 0].map((shift) => (address >>> shift) & 255).join('.');
}

/** An IPv4 address as a message names it (section 14.2), without a port. */
export function xorAddress(address: string): Buffer {
  const plain = Buffer.from(address.split('.').map(Number)).readUInt32BE(0);
  // Reserved, IPv4, and port 0 as the cookie's first half hides it.
  return Buffer.concat([
    Buffer.from([0, 1, COOKIE >>> 24, (COOKIE >>> 16) & 255]),
    uint32((plain ^ COOKIE) >>> 0),
  ]);
}

/** How long the message is that begins here, as TCP has no borders; null: not yet known. */
export const lengthOf = (bytes: Buffer) => (bytes.length < 4 ? null : HEADER + bytes.readUInt16BE(2));

/** The key of a long-term credential (section 9.2.2). */
export const longTermKey = (user: string, realm: string, password: string) =>
  createHash('md5').update(`${user}:${realm}:${password}`).digest();

/** A number as STUN writes it: big-endian, in four bytes. */
export const uint32 = (value: number) => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
};

function attribute(name: AttributeName, value: Buffer): Buffer {
  const padded = Buffer.alloc(4 + Math.ceil(value.length / 4) * 4);
  padded.writeUInt16BE(attributes[name], 0);
  padded.writeUInt16BE(value.length, 2);
  value.copy(padded, 4);
  return padded;
}

/** The message with the length that it has with so many bytes more. */
function withLength(bytes: Buffer, more: number): Buffer {
  const copy = Buffer.from(bytes);
  copy.writeUInt16BE(bytes.length - HEADER + more, 2);
  return copy;
}
