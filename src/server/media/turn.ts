import { createHmac } from 'node:crypto';
import type { IceServer } from '../../protocol/messages.ts';

export type TurnOptions = { urls: string[]; secret: string | null; ttlSeconds: number };

/**
 * The TURN servers with credentials that expire, as coturn's `use-auth-secret` checks them: the user name is the
 * time of expiry, the password its HMAC-SHA1 (draft-uberti-behave-turn-rest-00, section 2.2).
 */
export function turnServers({ urls, secret, ttlSeconds }: TurnOptions, now: Date): IceServer[] {
  if (urls.length === 0) return [];
  if (secret === null) return [{ urls }];
  const username = String(Math.floor(now.getTime() / 1000) + ttlSeconds);
  const credential = createHmac('sha1', secret).update(username).digest('base64');
  return [{ urls, username, credential }];
}
