/** The keys by which other systems use the API. */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { limits } from '../../protocol/limits.ts';
import { isSameName, nameProblem, nameProblemTexts, storedName } from '../../protocol/names.ts';
import { UserError } from '../errors.ts';
import { type AuditAction, auditEntry } from '../room/audit.ts';
import type { KeyRecord, Store } from '../store/index.ts';
import type { Admin } from './live.ts';

/** What a key may be allowed to do; who has `links:read` or `rooms:write` can enter rooms. */
export const scopes = {
  'rooms:read': 'see rooms, without their links',
  'rooms:write': 'make, change, close and delete rooms, and get the links made',
  'links:read': 'see the links of rooms, and the applicants’ mail addresses',
  'records:read': 'see attendance and messages, and download records',
} as const;
export type Scope = keyof typeof scopes;

type KeyAdmin = Omit<Admin<Pick<Store, 'keys'>>, 'live'>;

const PREFIX = 'wik';
/** 8 random bytes name a key, as hexadecimal digits; 32 prove it, as base64url without padding. */
const KEY = /^wik_([0-9a-f]{16})_([\w-]{43})$/;
/** The last use is written down, or tried to be, at most this often, in milliseconds. */
const USED_MS = 60_000;

/**
 * @returns the key itself too, which nobody can see again
 * @throws {UserError} usage: a name or scope that cannot be
 */
export async function createKey(
  { store, now, actor }: KeyAdmin,
  { name, scopes: given, expiresInDays }: { name: string; scopes: string[]; expiresInDays: number | null },
): Promise<{ record: KeyRecord; key: string }> {
  const at = now();
  const secret = randomBytes(32).toString('base64url');
  const record: KeyRecord = {
    id: randomBytes(8).toString('hex'),
    name: checkedName(name),
    hash: hashOf(secret),
    scopes: checkedScopes(given),
    createdAt: at,
    expiresAt: expiresInDays === null ? null : new Date(at.getTime() + expiresInDays * 86_400_000),
    lastUsedAt: null,
    revokedAt: null,
  };
  await store.keys.create(record, [entry({ now, actor }, 'key.created', record)]);
  return { record, key: `${PREFIX}_${record.id}_${secret}` };
}

/**
 * Refused from its next request on. The name does for the id where one key alone of that name is not revoked yet.
 * @throws {UserError} not_found, or usage for a name that several have
 */
export async function revokeKey(admin: KeyAdmin, idOrName: string): Promise<KeyRecord> {
  const record = await findKey(admin, idOrName);
  const at = admin.now();
  await admin.store.keys.revoke(record.id, at, [entry(admin, 'key.revoked', record)]);
  return { ...record, revokedAt: record.revokedAt ?? at };
}

/** By its id, or by the name where one key alone of that name is not revoked yet. @throws as `revokeKey` */
export async function findKey(admin: KeyAdmin, idOrName: string): Promise<KeyRecord> {
  return (await admin.store.keys.find(idOrName)) ?? (await onlyOneNamed(admin, idOrName));
}

async function onlyOneNamed({ store }: KeyAdmin, name: string): Promise<KeyRecord> {
  const named = (await store.keys.list()).filter((key) => isSameName(key.name, name) && !key.revokedAt);
  const [only, other] = named;
  if (!only)
    throw new UserError(`There is no key ${name}`, {
      remedy: 'see webinterview key list.',
      code: 'not_found',
    });
  if (!other) return only;
  const ids = named.map(({ id }) => id).join(' or ');
  throw new UserError(`${named.length} keys are named ${name}`, {
    remedy: `say which by its id, ${ids}.`,
    usage: true,
  });
}

/** Where the keys are, and by which clock they expire. */
export type KeyCheckOptions = Pick<KeyAdmin, 'store' | 'now'> & {
  /** Hears when the use of a key could not be noted. */
  onError: (error: unknown) => void;
};

/** Says whose key a text is, and notes when each was used. */
export class KeyCheck {
  readonly #options: KeyCheckOptions;
  /** By key: when it was last tried to note its use, where that is under way or has failed. */
  readonly #tried = new Map<string, Date>();

  constructor(options: KeyCheckOptions) {
    this.#options = options;
  }

  /** The key that this text is, when it is one that may be used now; null says no more. */
  async keyOf(text: string): Promise<KeyRecord | null> {
    const { store, now } = this.#options;
    const [, id, secret] = KEY.exec(text) ?? [];
    if (!id || !secret) return null;
    const record = await store.keys.find(id);
    if (!record || !isSame(hashOf(secret), record.hash) || !isUsable(record, now())) return null;
    await this.#noteUse(record);
    return record;
  }

  /** Who only reads must not wait for a place to write at each request, nor be refused because the disk is full. */
  async #noteUse({ id, lastUsedAt }: KeyRecord): Promise<void> {
    const { store, now, onError } = this.#options;
    const at = now();
    const before = new Date(at.getTime() - USED_MS);
    if ([lastUsedAt, this.#tried.get(id)].some((last) => last && last >= before)) return;
    this.#tried.set(id, at);
    try {
      await store.keys.used(id, at, before);
      this.#tried.delete(id);
    } catch (error) {
      onError(error);
    }
  }
}

/** Neither revoked nor expired. */
export const isUsable = ({ revokedAt, expiresAt }: KeyRecord, now: Date) =>
  !revokedAt && (!expiresAt || expiresAt > now);

/** The secret is random and long, so that a plain hash tells nothing of it. */
const hashOf = (secret: string) => createHash('sha256').update(secret).digest('hex');
const isSame = (a: string, b: string) => timingSafeEqual(Buffer.from(a), Buffer.from(b));

function checkedName(text: string): string {
  const name = storedName(text);
  const problem = nameProblem(name);
  if (!problem) return name;
  const isLength = problem === 'empty' || problem === 'long';
  const what = isLength ? `has from 1 to ${limits.nameCharacters} characters` : nameProblemTexts[problem];
  throw new UserError(`The name of a key ${what}.`, { usage: true });
}

function checkedScopes(given: string[]): Scope[] {
  const unknown = given.find((scope) => !(scope in scopes));
  if (unknown === undefined && given.length > 0) return [...new Set(given)] as Scope[];
  const what = unknown === undefined ? 'A key needs a scope' : `There is no scope ${unknown}`;
  throw new UserError(what, { remedy: `choose from ${Object.keys(scopes).join(', ')}.`, usage: true });
}

function entry({ now, actor }: Pick<KeyAdmin, 'now' | 'actor'>, action: AuditAction, record: KeyRecord) {
  const details = { scopes: record.scopes.join(',') };
  return auditEntry(action, { at: now(), roomId: null, actor }, { subject: record.id, details });
}
