/** What one side sends as SRTP and SRTCP with AEAD_AES_256_GCM (RFC 7714); nothing is decrypted here. */
import { createCipheriv } from 'node:crypto';

export type SrtpKeys = { masterKey: Buffer; masterSalt: Buffer };

/** RFC 3711 section 4.3.2. */
const labels = { rtpKey: 0, rtpSalt: 2, rtcpKey: 3, rtcpSalt: 5 } as const;
const SALT = 12;
const options = { authTagLength: 16 };
const CIPHER = 'aes-256-gcm';

export class SrtpSender {
  readonly #rtp: { key: Buffer; salt: Buffer };
  readonly #rtcp: { key: Buffer; salt: Buffer };
  #rtcpIndex = 0;

  constructor(keys: SrtpKeys) {
    const { masterKey } = keys;
    this.#rtp = {
      key: derive(keys, labels.rtpKey, masterKey.length),
      salt: derive(keys, labels.rtpSalt, SALT),
    };
    this.#rtcp = {
      key: derive(keys, labels.rtcpKey, masterKey.length),
      salt: derive(keys, labels.rtcpSalt, SALT),
    };
  }

  /** @param header with its extensions; `rollovers` of its sequence number until now */
  rtp(header: Buffer, payload: Buffer, rollovers: number): Buffer {
    const iv = Buffer.from(this.#rtp.salt);
    xor32(iv, 2, header.readUInt32BE(8));
    xor32(iv, 6, rollovers);
    xor16(iv, 10, header.readUInt16BE(2));
    const cipher = createCipheriv(CIPHER, this.#rtp.key, iv, options).setAAD(header);
    const hidden = cipher.update(payload);
    cipher.final();
    return Buffer.concat([header, hidden, cipher.getAuthTag()]);
  }

  rtcp(packet: Buffer): Buffer {
    const index = this.#rtcpIndex++;
    const iv = Buffer.from(this.#rtcp.salt);
    xor32(iv, 2, packet.readUInt32BE(4));
    xor32(iv, 8, index);
    const trailer = Buffer.alloc(4);
    trailer.writeUInt32BE((0x8000_0000 | index) >>> 0);
    const [header, rest] = [packet.subarray(0, 8), packet.subarray(8)];
    const cipher = createCipheriv(CIPHER, this.#rtcp.key, iv, options);
    cipher.setAAD(Buffer.concat([header, trailer]));
    const hidden = cipher.update(rest);
    cipher.final();
    return Buffer.concat([header, hidden, cipher.getAuthTag(), trailer]);
  }
}

/** RFC 3711 section 4.3.1 with a key derivation rate of 0, its AES in counter mode (RFC 6188 for 256 bits). */
function derive({ masterKey, masterSalt }: SrtpKeys, label: number, length: number): Buffer {
  const iv = Buffer.concat([masterSalt, Buffer.alloc(4)]);
  iv[7] = (iv[7] as number) ^ label;
  return createCipheriv('aes-256-ctr', masterKey, iv).update(Buffer.alloc(length));
}

function xor32(bytes: Buffer, at: number, value: number): void {
  bytes.writeUInt32BE((bytes.readUInt32BE(at) ^ value) >>> 0, at);
}

function xor16(bytes: Buffer, at: number, value: number): void {
  bytes.writeUInt16BE(bytes.readUInt16BE(at) ^ value, at);
}
