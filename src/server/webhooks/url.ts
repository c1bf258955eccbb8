import { isIP } from 'node:net';
import { UserError } from '../errors.ts';
import { isWithin, type Reach } from './addresses.ts';

/** As the column of the database. */
const URL_CHARACTERS = 1024;

/** An address that may be posted to. */
export type Target = {
  url: URL;
  /** How far away the address may be that its name resolves to. */
  reach: Reach;
};

/**
 * An address that a webhook can have. What its name resolves to is checked with every connection.
 * @throws {UserError} usage: none that a webhook may go to, and why
 */
export function webhookTarget(text: string, { allowPrivate }: { allowPrivate: boolean }): Target {
  const url = URL.parse(text);
  if (!url || !/^https?:$/.test(url.protocol))
    throw wrong(`${text} is not an address: expected https://HOST/PATH.`);
  if (url.href.length > URL_CHARACTERS)
    throw wrong(`A webhook's address has at most ${URL_CHARACTERS} characters.`);
  if (url.username || url.password)
    throw wrong('A webhook’s address must not hold a password: announcements are signed instead.');
  if (url.hash) throw wrong(`The address ${text} has a part after #, which is never sent`, 'leave it out.');
  const host = hostOf(url);
  if (url.protocol === 'http:' && !(allowPrivate && isOwn(host))) {
    throw wrong(
      `${url.origin} is not encrypted: expected https:// (http:// only to this machine itself, with webhooks.allowPrivate).`,
    );
  }
  const reach = !allowPrivate ? 'public' : url.protocol === 'http:' ? 'loopback' : 'any';
  // An address in numbers is never looked up, so here is where it is checked, before each connection too.
  if (isIP(host) && !isWithin(reach, host)) throw inside(url);
  if (isOwn(host) && !allowPrivate) throw inside(url);
  return { url, reach };
}

/** The host of an address; one of IPv6 without brackets. */
const hostOf = ({ hostname }: URL) => hostname.replace(/^\[|\]$/g, '');

const isOwn = (host: string) =>
  host === 'localhost' || host.endsWith('.localhost') || (isIP(host) !== 0 && isWithin('loopback', host));

const inside = ({ hostname }: URL) =>
  wrong(`${hostname} is inside this network: webhooks go there only with webhooks.allowPrivate.`);

const wrong = (what: string, remedy?: string) => new UserError(what, { remedy, usage: true });
