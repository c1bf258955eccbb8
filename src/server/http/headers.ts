import type { Context, Next } from 'koa';

// Everything the page needs is its own: nothing is loaded from elsewhere, nobody may frame it.
const contentSecurityPolicy = [
  "default-src 'none'",
  // Backgrounds and noise suppression are WebAssembly; eval of scripts stays forbidden.
  "script-src 'self' 'wasm-unsafe-eval'",
  "worker-src 'self'",
  "style-src 'self'",
  "img-src 'self' data: blob:",
  "media-src 'self' blob:",
  "font-src 'self'",
  "connect-src 'self'",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const always = { 'Referrer-Policy': 'no-referrer', 'X-Content-Type-Options': 'nosniff' };

/** What only a document heeds: on every script it would be more bytes than some scripts. */
const ofDocuments = {
  'Content-Security-Policy': contentSecurityPolicy,
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Permissions-Policy': 'camera=(self), microphone=(self), display-capture=(self), geolocation=()',
};

/** Every answer carries them; the assets of the page, which are no documents, the first alone. */
export async function securityHeaders(ctx: Context, next: Next): Promise<void> {
  ctx.set(always);
  if (!ctx.path.startsWith('/assets/')) ctx.set(ofDocuments);
  await next();
}
