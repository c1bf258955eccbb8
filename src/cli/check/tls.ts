import { X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import type { Duplex } from 'node:stream';
import { connect, type PeerCertificate, type TLSSocket } from 'node:tls';
import type { Config } from '../../server/config.ts';
import { UserError } from '../../server/errors.ts';
import { isLoopback } from '../../server/loopback.ts';
import { answeringServerUrl } from '../../server/serverFile.ts';
import { type CertificateFiles, certificateFilesOf, readKeyPair } from '../../server/tls.ts';
import { type Check, ng, type Outcome, ok, outcomeOf, warning, worstOf } from './types.ts';

const CONNECT_MS = 5000;
const DAY_MS = 24 * 60 * 60 * 1000;
/** Renewal usually happens 30 days before the end: what is later has not been renewed. */
const SOON_DAYS = 21;

/** What a server showed. */
export type Certificate = {
  validTo: Date;
  issuer: string;
  /** Node's code of why a browser would not believe it; null: it would. */
  distrust: string | null;
};

/** What the commonest codes mean; others are told as they are. */
const reasons: Record<string, string> = {
  ERR_TLS_CERT_ALTNAME_INVALID: 'it is for another name',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'it is self-signed',
  SELF_SIGNED_CERT_IN_CHAIN: 'its authority is not known',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its chain is not complete',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'its authority is not known',
  CERT_NOT_YET_VALID: 'it is not valid yet; this machine’s clock may be wrong',
};

/** The certificate that the server has of its own, the one behind http.publicUrl, and their days left. */
export const tlsCheck = (config: Config): Check => ({
  id: 'tls',
  label: 'TLS',
  async run() {
    const { http } = config;
    try {
      const files = certificateFilesOf(config);
      const own = files ? [await fileOutcome(files, http.publicUrl)] : [];
      // What is at the public address is the server itself then.
      const isAnswered = !files || (await answeringServerUrl(config, CONNECT_MS)) !== null;
      return worstOf([...own, ...(isAnswered ? [await publicOutcome(http.publicUrl)] : [])]);
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      return outcomeOf(ng, error, 'Correct tls.certFile and tls.keyFile.');
    }
  },
});

async function publicOutcome(publicUrl: string | null): Promise<Outcome> {
  if (publicUrl !== null) return tlsOutcome(new URL(publicUrl));
  return warning(
    'http.publicUrl is not set',
    'Set it: links begin with it, and it must be https:// but for localhost.',
  );
}

/** @throws {UserError} the files cannot be used */
async function fileOutcome(files: CertificateFiles, publicUrl: string | null): Promise<Outcome> {
  const certificate = new X509Certificate((await readKeyPair(files)).cert);
  const name = publicUrl === null ? null : new URL(publicUrl).hostname.replace(/^\[|\]$/g, '');
  const isFor = name === null || (isIP(name) ? certificate.checkIP(name) : certificate.checkHost(name));
  const issuer = /^O=(.*)$/m.exec(certificate.issuer)?.[1] ?? /^CN=(.*)$/m.exec(certificate.issuer)?.[1];
  const read = {
    validTo: certificate.validToDate,
    issuer: issuer ?? 'nobody named',
    distrust: isFor ? null : 'ERR_TLS_CERT_ALTNAME_INVALID',
  };
  return certificateOutcome(read, new Date(), files.certFile);
}

/**
 * Of any address that people open.
 * @param through a connection that is there already, as through a proxy
 */
export async function tlsOutcome(url: URL, through?: Duplex): Promise<Outcome> {
  if (url.protocol === 'http:') {
    if (isLoopback(url.hostname)) return ok('not needed for localhost');
    return ng(
      `${url.host} is not https`,
      'Put a reverse proxy with a certificate in front: browsers give camera and microphone to https:// alone.',
    );
  }
  const certificate = await certificateOf(url, through).catch((error: NodeJS.ErrnoException) => error);
  if (certificate instanceof Error)
    return ng(
      `no TLS at ${url.host} (${certificate.code ?? certificate.message})`,
      'See that the server (tls.certFile) or the reverse proxy runs there, and has a certificate.',
    );
  return certificateOutcome(certificate, new Date(), url.host);
}

/** How long a certificate is valid, and whether browsers believe it. */
export function certificateOutcome(
  { validTo, issuer, distrust }: Certificate,
  now: Date,
  host: string,
): Outcome {
  const days = Math.floor((validTo.getTime() - now.getTime()) / DAY_MS);
  const until = validTo.toISOString().slice(0, 10);
  if (days < 0)
    return ng(`the certificate of ${host} ended on ${until}`, 'Renew it: no browser opens the page.');
  if (distrust)
    return ng(
      `the certificate of ${host} (by ${issuer}) is not trusted: ${reasons[distrust] ?? distrust}`,
      'Install one of a public authority for this name, with its chain. A proxy that opens TLS shows its own.',
    );
  const text = `${host}, ${days} ${days === 1 ? 'day' : 'days'} left (until ${until}), by ${issuer}`;
  return days < SOON_DAYS
    ? warning(text, 'Renew it, and find out why it was not renewed by itself.')
    : ok(text);
}

function certificateOf(url: URL, through?: Duplex): Promise<Certificate> {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const where = through ? { socket: through } : { port: Number(url.port || 443) };
  // An address in numbers is no server name.
  const servername = isIP(host) ? undefined : host;
  return new Promise((resolve, reject) => {
    // What is not to be trusted is looked at too, to say why.
    const socket: TLSSocket = connect({ host, ...where, servername, rejectUnauthorized: false }, () => {
      clearTimeout(deadline);
      const certificate: PeerCertificate = socket.getPeerCertificate();
      const { O, CN } = certificate.issuer;
      const distrust = socket.authorized ? null : codeOf(socket.authorizationError);
      socket.destroy();
      resolve({
        validTo: new Date(certificate.valid_to),
        issuer: String(O ?? CN ?? 'nobody named'),
        distrust,
      });
    });
    const deadline = setTimeout(
      () => socket.destroy(Object.assign(new Error('no answer'), { code: 'ETIMEDOUT' })),
      CONNECT_MS,
    );
    socket.on('error', (error) => {
      clearTimeout(deadline);
      reject(error);
    });
  });
}

/** Node gives the code itself, or an error that has it. */
const codeOf = (error: unknown) =>
  error instanceof Error ? ((error as NodeJS.ErrnoException).code ?? error.message) : String(error);
