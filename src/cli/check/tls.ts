import { isIP } from 'node:net';
import type { Duplex } from 'node:stream';
import { connect, type PeerCertificate, type TLSSocket } from 'node:tls';
import type { Config } from '../../server/config.ts';
import { type Check, ng, type Outcome, ok, warning } from './types.ts';

const CONNECT_MS = 5000;
const DAY_MS = 24 * 60 * 60 * 1000;
/** Renewal usually happens 30 days before the end: what is later has not been renewed. */
const SOON_DAYS = 21;

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

/** The certificate behind http.publicUrl, and its days left. */
export const tlsCheck = ({ http }: Config): Check => ({
  id: 'tls',
  label: 'TLS',
  async run() {
    if (http.publicUrl === null)
      return warning(
        'http.publicUrl is not set',
        'Set it: links begin with it, and it must be https:// but for localhost.',
      );
    return tlsOutcome(new URL(http.publicUrl));
  },
});

/**
 * Of any address that people open.
 * @param through a connection that is there already, as through a proxy
 */
export async function tlsOutcome(url: URL, through?: Duplex): Promise<Outcome> {
  if (url.protocol === 'http:') {
    if (['localhost', '127.0.0.1', '[::1]'].includes(url.hostname)) return ok('not needed for localhost');
    return ng(
      `${url.host} is not https`,
      'Put a reverse proxy with a certificate in front: browsers give camera and microphone to https:// alone.',
    );
  }
  const certificate = await certificateOf(url, through).catch((error: NodeJS.ErrnoException) => error);
  if (certificate instanceof Error)
    return ng(
      `no TLS at ${url.host} (${certificate.code ?? certificate.message})`,
      'See that the reverse proxy runs there and has a certificate.',
    );
  return certificateOutcome(certificate, new Date(), url.host);
}

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
