import type { IncomingMessage } from 'node:http';
import type { Context, Next } from 'koa';
import { isLoopback } from '../loopback.ts';

// Everything the page needs is its own: nothing is loaded from elsewhere, nobody may frame it, no text becomes a script.
const ofPage = [
  "default-src 'none'",
  "script-src 'self'",
  "worker-src 'self'",
  "style-src 'self'",
  "img-src 'self' data: blob:",
  "media-src 'self' blob:",
  "font-src 'self'",
  "connect-src 'self'",
  "frame-src 'self'",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** A worker obeys the policy that its own script comes with, not the page's. LiteRT is WebAssembly. */
const ofBackground = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'";

/** A worklet obeys that of the document its AudioContext belongs to: the noise suppression's is empty but for it. */
const ofNoiseFrame =
  "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'";

/** What is opened by itself though it is no page (data, a picture, an error) can do nothing. */
const ofTheRest = "default-src 'none'; frame-ancestors 'none'";

const always = {
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
  'Cross-Origin-Resource-Policy': 'same-origin',
};

/** What only a document of ours heeds: on every script it would be more bytes than some scripts. */
const ofDocuments = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Permissions-Policy': [
    'camera=(self)',
    'microphone=(self)',
    'display-capture=(self)',
    ...['bluetooth', 'geolocation', 'hid', 'midi', 'payment', 'serial', 'usb'].map((name) => `${name}=()`),
  ].join(', '),
};

/** One year (RFC 6797). Of this name alone: what other names below it do is not ours to say. */
const hsts = 'max-age=31536000';

/** A request, as far as its answer's headers depend on it. */
export type Asked = {
  /** Without query; null: it could not be read. */
  path: string | null;
  /** The Host header. */
  host: string | undefined;
  /** Whether it came over TLS, as far as is known. */
  secure: boolean;
};

/** The security headers of an answer, whatever it is. */
export function securityHeadersFor({ path, host, secure }: Asked): Record<string, string> {
  return {
    ...always,
    'Content-Security-Policy': policyOf(path),
    ...(!path?.startsWith('/assets/') && ofDocuments),
    ...(secure && mayBeHeldToTls(host) && { 'Strict-Transport-Security': hsts }),
  };
}

/** Every answer of the application carries them. */
export async function securityHeaders(ctx: Context, next: Next): Promise<void> {
  const { path, host } = ctx;
  ctx.set(securityHeadersFor({ path, host, secure: ctx.state.secure === true }));
  await next();
}

/** The same for what is answered without the application. */
export const headersOfRequest = ({ url, headers: { host } }: IncomingMessage, secure: boolean) =>
  securityHeadersFor({ path: url?.split('?')[0] ?? null, host, secure });

/** sirv has index.html by other names too. */
const isPage = /^\/(room|index(\.html)?\/?)?$/;

function policyOf(path: string | null): string {
  if (path && isPage.test(path)) return ofPage;
  if (path && /^\/assets\/background-\w+\.js$/.test(path)) return ofBackground;
  if (path && /^\/assets\/noise-frame-\w+\.html$/.test(path)) return ofNoiseFrame;
  return ofTheRest;
}

/** Not localhost: every other program of this machine that is opened by that name would be held to it as well. */
const mayBeHeldToTls = (host = '') => !isLoopback(host.replace(/:\d+$/, ''));
