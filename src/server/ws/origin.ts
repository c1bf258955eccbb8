/** What a request says of the page that it comes from. */
export type OriginRequest = {
  origin: string | undefined;
  /** The Host header. */
  host: string | undefined;
  /** Whether the browser came over TLS, as far as is known. */
  secure: boolean;
};

/**
 * Whether a WebSocket may be opened from there. Browsers let any page open one to anybody and send who it is of as
 * Origin (RFC 6455 section 10.2); programs send none. Ours is the page at `publicUrl`, and the one at the very address
 * that was asked, compared whole: `null` (a sandbox, a file) and everything that only begins or ends alike is not.
 */
export function isOwnOrigin({ origin, host, secure }: OriginRequest, publicUrl: string | null): boolean {
  if (origin === undefined) return true;
  if (publicUrl !== null && origin === new URL(publicUrl).origin) return true;
  if (!host) return false;
  // Behind a proxy that is not known a page may have come by https although we see http.
  return origin === `https://${host}` || (!secure && origin === `http://${host}`);
}
