/** Certificates of an authority of the test's own, made by openssl, and servers that show them. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { type AddressInfo, connect } from 'node:net';
import { join } from 'node:path';
import { createServer } from 'node:tls';
import type { ExecutionContext } from 'ava';
import { temporaryFolder } from './store.ts';

export type Authority = {
  /** Of the authority's own certificate, for NODE_EXTRA_CA_CERTS. */
  file: string;
  /** @param days from now until it ends; negative: it has ended */
  issue(days: number, name?: string): Promise<{ keyFile: string; certFile: string }>;
};

const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];

export async function makeAuthority(t: ExecutionContext): Promise<Authority> {
  const folder = await temporaryFolder(t);
  const openssl = (...args: string[]) => execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' });
  const subject = ['-subj', '/O=Test Authority/CN=test'];
  openssl('req', '-x509', ...key, '-keyout', 'ca.key', '-out', 'ca.pem', '-days', '400', ...subject);
  let count = 0;
  return {
    file: join(folder, 'ca.pem'),
    async issue(days, name = 'DNS:localhost,IP:127.0.0.1') {
      const id = `leaf${count++}`;
      await writeFile(join(folder, `${id}.ext`), `subjectAltName=${name}\n`);
      openssl('req', ...key, '-keyout', `${id}.key`, '-out', `${id}.csr`, '-subj', '/CN=leaf');
      const by = ['-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-extfile', `${id}.ext`];
      openssl('x509', '-req', '-in', `${id}.csr`, ...by, '-days', String(days), '-out', `${id}.pem`);
      return { keyFile: join(folder, `${id}.key`), certFile: join(folder, `${id}.pem`) };
    },
  };
}

/** A reverse proxy that takes TLS off, in front of a port of this machine. @returns its own port */
export async function tlsInFront(
  t: ExecutionContext,
  { keyFile, certFile }: { keyFile: string; certFile: string },
  port: number,
  host = '127.0.0.1',
): Promise<number> {
  const server = createServer({ key: readFileSync(keyFile), cert: readFileSync(certFile) }, (outer) => {
    const inner = connect(port, '127.0.0.1');
    outer.on('error', () => inner.destroy());
    inner.on('error', () => outer.destroy());
    outer.pipe(inner).pipe(outer);
  });
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  t.teardown(() => void server.close());
  return (server.address() as AddressInfo).port;
}
