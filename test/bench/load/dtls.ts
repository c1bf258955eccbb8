/**
 * DTLS-SRTP (RFC 5764) of one transport: the handshake is OpenSSL's own (`openssl s_client`), which speaks through the
 * socket of the transport and hands out what SRTP is keyed with.
 */
import { execFileSync, spawn } from 'node:child_process';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import { temporaryFolder } from '../../helpers/store.ts';
import type { SrtpKeys } from './srtp.ts';

export type Identity = {
  keyFile: string;
  certFile: string;
  fingerprints: { algorithm: 'sha-256'; value: string }[];
};

/** What mediasoup and Chromium agree on, as both prefer it. */
const PROFILE = 'SRTP_AEAD_AES_256_GCM';
const [KEY, SALT] = [32, 12];
const HANDSHAKE_MS = 20_000;

/** One certificate for all people of a run, as a browser has one for all its calls. */
export async function makeIdentity(t: ExecutionContext): Promise<Identity> {
  const folder = await temporaryFolder(t);
  const [keyFile, certFile] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-subj', '/CN=load'];
  execFileSync('openssl', ['req', '-x509', ...kind, '-keyout', keyFile, '-out', certFile], { stdio: 'pipe' });
  const shown = ['x509', '-in', certFile, '-noout', '-fingerprint', '-sha256'];
  const value = execFileSync('openssl', shown, { encoding: 'utf8' }).trim().split('=')[1] as string;
  return { keyFile, certFile, fingerprints: [{ algorithm: 'sha-256', value }] };
}

/**
 * Shakes hands as the client over `wire`, which is connected to the server.
 * @returns the keys of this side and of the server's
 */
export async function handshake(wire: Socket, { keyFile, certFile }: Identity): Promise<SrtpKeys> {
  const inner = createSocket('udp4');
  inner.bind(0, '127.0.0.1');
  await once(inner, 'listening');
  const openssl = spawn('openssl', [
    's_client',
    '-dtls1_2',
    '-connect',
    `127.0.0.1:${inner.address().port}`,
    '-cert',
    certFile,
    '-key',
    keyFile,
    '-use_srtp',
    PROFILE,
    '-keymatexport',
    'EXTRACTOR-dtls_srtp',
    '-keymatexportlen',
    String(2 * (KEY + SALT)),
  ]);
  let own: number | null = null;
  inner.on('message', (bytes, { port }) => {
    own = port;
    wire.send(bytes);
  });
  const inwards = (bytes: Buffer) => {
    if (own !== null && isDtls(bytes)) inner.send(bytes, own, '127.0.0.1');
  };
  wire.on('message', inwards);
  try {
    return keysOf(await exported(openssl.stdout, openssl.stderr));
  } finally {
    wire.off('message', inwards);
    inner.close();
    // Without a goodbye, which would end the transport.
    openssl.kill('SIGKILL');
  }
}

async function exported(output: NodeJS.ReadableStream, errors: NodeJS.ReadableStream): Promise<Buffer> {
  let [text, said] = ['', ''];
  errors.on('data', (part) => {
    said += part;
  });
  return new Promise((resolve, reject) => {
    const failed = () => reject(new Error(`no DTLS handshake: ${said.slice(-300) || 'no answer'}`));
    const late = setTimeout(failed, HANDSHAKE_MS);
    output.on('data', (part) => {
      text += part;
      const hex = /Keying material: ([0-9A-F]+)\s/.exec(text)?.[1];
      if (!hex) return;
      clearTimeout(late);
      resolve(Buffer.from(hex, 'hex'));
    });
    output.on('end', failed);
  });
}

/** RFC 5764 section 4.2: both keys, then both salts, the client's first. */
function keysOf(material: Buffer): SrtpKeys {
  const part = (from: number, length: number) => material.subarray(from, from + length);
  return { masterKey: part(0, KEY), masterSalt: part(2 * KEY, SALT) };
}

/** RFC 7983: the first byte tells DTLS from STUN, RTP and RTCP. */
const isDtls = (bytes: Buffer) => (bytes[0] ?? 0) >= 20 && (bytes[0] ?? 0) <= 63;
