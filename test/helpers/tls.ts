/** A client of TLS that knows one authority, and the certificate files of a server as certbot keeps them. */
import { once } from 'node:events';
import { mkdir, readFile, rename, symlink, writeFile } from 'node:fs/promises';
import { request } from 'node:https';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { type ConnectionOptions, connect, type TLSSocket } from 'node:tls';
import type { ExecutionContext } from 'ava';
import { type Authority, makeAuthority } from './certificate.ts';
import { temporaryFolder } from './store.ts';

type Pair = { certFile: string; keyFile: string };

/** An authority, and a pair of its files with the settings that make a server use them. */
export async function ownCertificate(t: ExecutionContext, name?: string) {
  const authority = await makeAuthority(t);
  const pair = await authority.issue(60, name);
  const settings = { 'tls.certFile': pair.certFile, 'tls.keyFile': pair.keyFile };
  const env = { WEBINTERVIEW_TLS_CERT_FILE: pair.certFile, WEBINTERVIEW_TLS_KEY_FILE: pair.keyFile };
  return { authority, pair, settings, env };
}

/** Resolves when the handshake is done. */
export async function handshake(t: ExecutionContext, port: number, options: ConnectionOptions = {}) {
  const socket: TLSSocket = connect({ host: '127.0.0.1', servername: 'localhost', port, ...options });
  t.teardown(() => socket.destroy());
  await once(socket, 'secureConnect');
  return socket;
}

/** The serial number of the certificate that a new connection is shown. */
export async function serialAt(t: ExecutionContext, port: number, ca: Buffer): Promise<string> {
  return (await handshake(t, port, { ca })).getPeerCertificate().serialNumber;
}

/** Asks over HTTPS, as for `host` where it is given. */
export async function get(url: string, ca: Buffer, { host }: { host?: string } = {}) {
  const headers = host ? { host } : {};
  const asking = request(url, { ca, agent: false, servername: 'localhost', headers }).end();
  const [response] = await once(asking, 'response');
  return { status: response.statusCode, headers: response.headers, body: await text(response) };
}

/** Symbolic links that lead to the files of today, and `renew`, which exchanges one or both of them at once. */
export async function asCertbot(t: ExecutionContext, first: Pair) {
  const folder = await temporaryFolder(t);
  const files = { certFile: join(folder, 'fullchain.pem'), keyFile: join(folder, 'privkey.pem') };
  let count = 0;
  const renew = async (next: Partial<Pair>) => {
    await mkdir(join(folder, 'archive'), { recursive: true });
    for (const [name, file] of Object.entries(next)) {
      const kept = join(folder, 'archive', `${name}${count++}`);
      await writeFile(kept, await readFile(file));
      await symlink(kept, `${kept}.link`);
      await rename(`${kept}.link`, files[name as keyof Pair]);
    }
  };
  await renew(first);
  return { files, renew };
}

export const authorityOf = ({ file }: Authority) => readFile(file);
