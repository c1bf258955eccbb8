import { roomOf, tokenIn } from '../../../protocol/link.ts';
import { UserError } from '../../../server/errors.ts';

/** What is to be reached: where the server is, and the link's token, which is told to that server alone. */
export type Target = {
  /** Without a slash at its end. */
  server: string;
  url: URL;
  /** Of the address, without the brackets of IPv6. */
  host: string;
  port: number;
  token: string | null;
  /** What requests there go through, as the environment says; null: nothing. It may hold a password. */
  proxy: URL | null;
};

/**
 * A room's link, or the server's address.
 * @throws {UserError} usage; the text is not repeated, as it may hold a token
 */
export function targetOf(text: string, env: NodeJS.ProcessEnv): Target {
  const address = text.replace(around, '');
  const url = URL.canParse(address) ? new URL(address) : null;
  if (!url || !/^https?:$/.test(url.protocol)) {
    throw new UserError(
      '--url needs the link of a room or the address of the server, e.g. https://interview.example.com.',
      { usage: true },
    );
  }
  moveToken(url);
  const token = tokenIn(url.hash);
  if (url.hash && token === null) {
    throw new UserError('The link is not whole', {
      remedy: "copy all of it, and put it in quotes ('...') so that the shell leaves it alone.",
      usage: true,
    });
  }
  url.hash = '';
  const path = url.pathname.replace(/\/room$|\/+$/, '');
  return {
    server: url.origin + path,
    url,
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: Number(url.port || (url.protocol === 'https:' ? 443 : 80)),
    token,
    proxy: proxyFor(url, env),
  };
}

/** What a mail puts around a link. */
const around = /^[\s<>"'(（「『]+|[\s<>"')）」』。、]+$/g;

/** From the path into the fragment, where a changed link has it; the page is below the folder that the server is in. */
function moveToken(url: URL): void {
  const [, folder = '', end = ''] = /^(.*?)(\/+room(?![a-z]).*|\/+)$/i.exec(url.pathname) ?? [];
  const room = end ? roomOf(end) : null;
  if (!room) return;
  const [path = '', fragment] = room.split('#');
  url.pathname = folder + path;
  if (fragment !== undefined) url.hash = fragment;
}

/** Under which name the proxy is told: without its password. */
export const nameOfProxy = (proxy: URL) => proxy.host;

function proxyFor({ protocol, hostname }: URL, env: NodeJS.ProcessEnv): URL | null {
  const text = protocol === 'https:' ? env.https_proxy || env.HTTPS_PROXY : env.http_proxy || env.HTTP_PROXY;
  const host = hostname.replace(/^\[|\]$/g, '');
  if (!text || isExcepted(host, env.no_proxy || env.NO_PROXY || '')) return null;
  // Many write it without http://, as curl allows.
  const address = /^https?:\/\//i.test(text) ? text : `http://${text}`;
  if (/^[a-z][\w+.-]*:\/\//i.test(text) && address !== text) throw unusable();
  if (!URL.canParse(address)) throw unusable();
  return new URL(address);
}

const unusable = () =>
  new UserError('HTTPS_PROXY (or HTTP_PROXY) is not usable: expected e.g. http://proxy.example.com:8080.');

function isExcepted(host: string, list: string): boolean {
  const entries = list.split(/[\s,]+/).filter(Boolean);
  return entries.some((entry) => {
    // An address of IPv6 has colons of its own.
    const name = (/:.*:/.test(entry) ? entry : entry.replace(/:\d+$/, '')).replace(/^\*?\.|^\[|\]$/g, '');
    return entry === '*' || host === name || host.endsWith(`.${name}`);
  });
}
