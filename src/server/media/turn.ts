import { createHmac } from 'node:crypto';
import type { IceServer } from '../../protocol/messages.ts';
import { UserError } from '../errors.ts';
import type { Relay } from '../room/ports.ts';

/** `turn` of the configuration; the secret is the relay’s static-auth-secret. */
export type TurnOptions = { urls: string[]; secret: string | null; ttlSeconds: number };

/**
 * The TURN servers with one person's credentials, as coturn's `use-auth-secret` checks them: the user name is the time of
 * expiry and whose they are (its `user-quota` counts by that), the password its HMAC-SHA1
 * (draft-uberti-behave-turn-rest-00, section 2.2). Without a secret there is none: a browser takes no TURN server without
 * credentials.
 */
export function turnServers(
  { urls, secret }: Pick<TurnOptions, 'urls' | 'secret'>,
  { user, expiresAt }: { user: string; expiresAt: Date },
): IceServer[] {
  if (urls.length === 0 || secret === null) return [];
  const username = `${Math.floor(expiresAt.getTime() / 1000)}:${user}`;
  const credential = createHmac('sha1', secret).update(username).digest('base64');
  return [{ urls, username, credential }];
}

/** @throws {UserError} there are servers and no secret: nobody would be given one of them */
export function turnRelay({ ttlSeconds, ...options }: TurnOptions): Relay {
  if (options.urls.length > 0 && options.secret === null)
    throw new UserError(
      'turn.urls names TURN servers, but turn.secret is not set, and browsers accept none without credentials',
      { remedy: 'set turn.secret to coturn’s static-auth-secret, or leave turn.urls empty.' },
    );
  return {
    ttlMs: ttlSeconds * 1000,
    serversFor: (user, expiresAt) => turnServers(options, { user, expiresAt }),
  };
}
