import { createHmac } from 'node:crypto';
import { constantTimeEqual } from '../util/constantTimeEqual.ts';
import { randomId } from '../util/ids.ts';
import type { LinkRecord } from './records.ts';

/**
 * A link's token is its random id (16 bytes) followed by a code (16 bytes), each base64url without padding:
 * 22 + 22 characters. The code is HMAC-SHA-256 over the id and the link's version under a secret that lives
 * outside the database, cut to 128 bits (RFC 2104 section 5 allows half the output). So a leaked database
 * opens no room, the links can be printed again at any time, and raising the version revokes the old token.
 */
const PART = 22;

/** 22 characters: 128 bits by chance, as base64url. */
export const newLinkId = randomId;

/** The token of a link as it stands now. */
export function linkToken(secret: Buffer, link: Pick<LinkRecord, 'id' | 'version'>): string {
  return link.id + linkCode(secret, link);
}

/** The id inside a token, or null when it cannot be one. Says nothing about the code. */
export function linkIdOf(token: string): string | null {
  return /^[\w-]{44}$/.test(token) ? token.slice(0, PART) : null;
}

/** Whether the token is this link's, of its current version, compared in constant time. */
export function isTokenOf(secret: Buffer, link: Pick<LinkRecord, 'id' | 'version'>, token: string): boolean {
  // As text: decoding would let several spellings of the last character through.
  return constantTimeEqual(token.slice(PART), linkCode(secret, link));
}

/** Links are made anew once or twice; beyond this many times their tokens are no different from made-up ones here. */
const VERSIONS = 16;

/** Whether the token was made with this secret, for this or an earlier version of its link; asks no database. */
export function isOwnToken(secret: Buffer, token: string): boolean {
  const id = linkIdOf(token);
  if (!id) return false;
  for (let version = 1; version <= VERSIONS; version++)
    if (isTokenOf(secret, { id, version }, token)) return true;
  return false;
}

/**
 * The address a person opens. The token stands in the fragment, which browsers keep to themselves: it is in
 * no request line, no log and no Referer.
 */
export function linkUrl(publicUrl: string, token: string): string {
  return `${publicUrl.replace(/\/+$/, '')}/room#${token}`;
}

function linkCode(secret: Buffer, { id, version }: Pick<LinkRecord, 'id' | 'version'>): string {
  const code = createHmac('sha256', secret).update(`link\0${id}\0${version}`).digest();
  return code.subarray(0, 16).toString('base64url');
}

/** Whether a link is for one person alone, whose name it has. */
export const isOnesOwn = ({ label }: Pick<LinkRecord, 'label'>) => label !== '';
