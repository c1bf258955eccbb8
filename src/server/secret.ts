import { createHmac, randomBytes } from 'node:crypto';
import { link, mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { Config } from './config.ts';
import { keptName, putInPlace, realPlace, syncFolderOf, withDraft } from './drafts.ts';
import { UserError } from './errors.ts';

const SECRET_BYTES = 32;

/** What the database keeps about the secret: enough to notice a wrong one, useless for making links. */
export type SecretStore = {
  secretFingerprint(): Promise<string | null>;
  claimSecretFingerprint(fingerprint: string): Promise<string>;
};

/**
 * The secret that every link's token is derived from: 32 bytes as hex text in `config.secretFile`, which is
 * made (mode 0600) when neither it nor a database that needs it exists.
 * @throws {UserError} the file is missing, unreadable, garbled, or not the one this database's links need
 */
export async function openSecret(config: Config, store: SecretStore): Promise<Buffer> {
  const file = config.secretFile;
  const expected = await store.secretFingerprint();
  const secret = (await readSecretFile(file)) ?? (expected === null ? await makeSecretFile(file) : null);
  if (secret === null) {
    throw new UserError(
      `The secret file ${file} is missing, and the links of this database were made with it`,
      { remedy: 'put it back from the backup or the first server.' },
    );
  }
  const fingerprint = fingerprintOf(secret);
  if ((expected ?? (await store.claimSecretFingerprint(fingerprint))) !== fingerprint) {
    throw new UserError(
      `The secret file ${file} is not the one that the links of this database were made with`,
      { remedy: 'put the right one in its place.' },
    );
  }
  return secret;
}

/**
 * A secret that is to be put somewhere else. @throws {UserError} there is none, or it is garbled
 */
export async function secretText(file: string): Promise<string> {
  const secret = await readSecretFile(file);
  if (secret) return `${secret.toString('hex')}\n`;
  throw new UserError(`There is no secret file ${file}`, { remedy: 'check its name.' });
}

/**
 * Puts a secret in its place, whole or not at all; what was there stays until then. Only its owner may read it.
 * @throws {UserError} it cannot be written
 */
export async function writeSecret(text: string, file: string): Promise<void> {
  try {
    await withDraft(file, async (draft, target) => {
      await writeFile(draft, text, { flag: 'r+' });
      await putInPlace(draft, target);
    });
  } catch (error) {
    throw writeError(file, error);
  }
}

/**
 * Keeps a secret that another one is to replace, under another name.
 * @returns that name; null: there was none, or it is the same
 * @throws {UserError} it cannot be read or kept
 */
export async function keepSecret(file: string, next: string, now: Date): Promise<string | null> {
  try {
    const text = await readFile(file, 'utf8');
    if (text.trim() === next.trim()) return null;
    const kept = keptName(realPlace(file), now);
    await writeSecret(text, kept);
    return kept;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error instanceof UserError ? error : writeError(file, error);
  }
}

/** What the audit is sealed with. */
export function auditKeyOf(secret: Buffer): Buffer {
  return createHmac('sha256', secret).update('audit').digest();
}

/** What commands and servers make the tickets with that they show each other: it never leaves the process. */
export function ticketKeyOf(secret: Buffer): Buffer {
  return createHmac('sha256', secret).update('ticket').digest();
}

/** What the announcements to one webhook are signed with: 32 bytes that the database does not hold. */
export function webhookKeyOf(secret: Buffer, webhookId: string): Buffer {
  return createHmac('sha256', secret).update(`webhook\0${webhookId}`).digest();
}

/** What the answers to requests with an Idempotency-Key are encrypted with while they are kept. */
export function idempotencyKeyOf(secret: Buffer): Buffer {
  return createHmac('sha256', secret).update('idempotency').digest();
}

/** Says which secret it is without giving anything of it away. */
export function fingerprintOf(secret: Buffer): string {
  return createHmac('sha256', secret).update('fingerprint').digest('hex').slice(0, 32);
}

async function readSecretFile(file: string): Promise<Buffer | null> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return null;
    throw new UserError(`Cannot read the secret file ${file} (${code})`, {
      remedy: 'check its permissions.',
      cause: error,
    });
  }
  if (!/^[0-9a-f]{64}\s*$/i.test(text)) {
    throw new UserError(
      `The secret file ${file} is garbled: expected ${SECRET_BYTES} bytes as ${SECRET_BYTES * 2} hexadecimal digits. Put it back from the backup.`,
    );
  }
  return Buffer.from(text.trim(), 'hex');
}

/** Two processes may do this at once: the whole file appears under its name, or the other's is read. */
async function makeSecretFile(file: string): Promise<Buffer> {
  const secret = randomBytes(SECRET_BYTES);
  try {
    await mkdir(dirname(file), { recursive: true, mode: 0o700 });
    return await withDraft(file, async (draft, target) => {
      await writeFile(draft, `${secret.toString('hex')}\n`, { flag: 'r+', flush: true });
      await link(draft, target);
      await syncFolderOf(target);
      return secret;
    });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const made = code === 'EEXIST' ? await readSecretFile(file) : null;
    if (made) return made;
    throw writeError(file, error);
  }
}

function writeError(file: string, error: unknown): UserError {
  const { code } = error as NodeJS.ErrnoException;
  return new UserError(`Cannot write the secret file ${resolve(file)} (${code})`, {
    remedy: 'check the disk, its free space and the permissions of the folder.',
    cause: error,
  });
}
