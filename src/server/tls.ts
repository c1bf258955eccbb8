import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { setInterval } from 'node:timers/promises';
import { createSecureContext } from 'node:tls';
import type { Config } from './config.ts';
import { UserError } from './errors.ts';
import { isLoopback } from './loopback.ts';

/** Paths of PEM files: the certificate with its chain, and its private key. */
export type CertificateFiles = { certFile: string; keyFile: string };
/** Both as PEM. */
export type KeyPair = { cert: string; key: string };

/** Milliseconds between looks at the files. They are read and not watched: certbot exchanges symbolic links. */
const LOOK_MS = 2000;

/**
 * The certificate's files; null: it serves without TLS, and may.
 * @throws {UserError} only one of the two is set; or other machines would be served without TLS, and the configuration
 *   does not say so: browsers give camera and microphone to https:// alone, and links would be readable on the way
 */
export function certificateFilesOf({ http, tls }: Pick<Config, 'http' | 'tls'>): CertificateFiles | null {
  const { certFile, keyFile } = tls;
  if (certFile !== null && keyFile !== null) return { certFile, keyFile };
  if (certFile === null && keyFile === null) return assertMayBePlain(http);
  const [there, missing] = certFile ? ['tls.certFile', 'tls.keyFile'] : ['tls.keyFile', 'tls.certFile'];
  throw new UserError(`${there} is set and ${missing} is not`, { remedy: 'set both for TLS, or neither.' });
}

function assertMayBePlain({ host, allowPlain }: Config['http']): null {
  if (allowPlain || isLoopback(host)) return null;
  throw new UserError(`http.host is ${host}, which other machines reach, and there is no TLS`, {
    remedy:
      'set tls.certFile and tls.keyFile; or listen on 127.0.0.1, with a reverse proxy on this machine; or, if a proxy elsewhere or in front of a container has the certificate, set http.allowPlain to true.',
  });
}

/** @throws {UserError} a file cannot be read, is no certificate or key, or the two do not belong together */
export async function readKeyPair(files: CertificateFiles): Promise<KeyPair> {
  const pair = await readBoth(files);
  assertFit(pair, files);
  return pair;
}

async function readBoth({ certFile, keyFile }: CertificateFiles): Promise<KeyPair> {
  const [cert, key] = await Promise.all([read(certFile, 'tls.certFile'), read(keyFile, 'tls.keyFile')]);
  return { cert, key };
}

function assertFit({ cert, key }: KeyPair, { certFile, keyFile }: CertificateFiles): void {
  try {
    // The server's own certificate comes first, its chain after it.
    if (!new X509Certificate(cert).checkPrivateKey(createPrivateKey(key)))
      throw new Error('they do not belong together');
    createSecureContext({ cert, key });
  } catch (cause) {
    throw new UserError(
      `The certificate ${certFile} (tls.certFile) cannot be used with the key ${keyFile} (tls.keyFile): ${(cause as Error).message}.`,
      { cause },
    );
  }
}

async function read(file: string, name: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    const who = code === 'EACCES' ? 'let the account of the server read it' : 'put it there';
    throw new UserError(`Cannot read ${file} (${name}, ${code})`, {
      remedy: `${who}, or name another file.`,
      cause,
    });
  }
}

/** What is looked at, and who uses what is found. */
export type KeepOptions = {
  files: CertificateFiles;
  /** What is in use. */
  current: KeyPair;
  /** Connections that are open stay as they are. */
  use(pair: KeyPair): void;
  /** Called once for each fault; what was in use stays in use. */
  onFault(error: Error): void;
};

/**
 * Looks at the files every two seconds and uses what was put in their place, as soon as the two fit together.
 * @returns what ends it
 */
export function keepCertificate({ files, current, use, onFault }: KeepOptions): () => void {
  let inUse = current;
  let fault: string | null = null;
  let reported: string | null = null;
  const look = async () => {
    try {
      const pair = await readBoth(files);
      const isNew = pair.cert !== inUse.cert || pair.key !== inUse.key;
      if (isNew) assertFit(pair, files);
      fault = null;
      reported = null;
      if (!isNew) return;
      use(pair);
      inUse = pair;
    } catch (error) {
      const { message } = error as Error;
      // The first time it may be seen between the writing of the one file and of the other.
      if (message === fault && message !== reported) {
        reported = message;
        onFault(error as Error);
      }
      fault = message;
    }
  };
  const ended = new AbortController();
  const watch = async () => {
    for await (const _ of setInterval(LOOK_MS, null, { ref: false, signal: ended.signal })) await look();
  };
  watch().catch(() => undefined);
  return () => ended.abort();
}
