import { createHmac, randomBytes } from 'node:crypto';
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Config } from './config.ts';
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
      `The secret file ${file} is missing, and the links of this database were made with it: put it back from the backup or the first server.`,
    );
  }
  const fingerprint = fingerprintOf(secret);
  if ((expected ?? (await store.claimSecretFingerprint(fingerprint))) !== fingerprint) {
    throw new UserError(
      `The secret file ${file} is not the one that the links of this database were made with: put the right one in its place.`,
    );
  }
  return secret;
}

/** What the audit is sealed with. */
export function auditKeyOf(secret: Buffer): Buffer {
  return createHmac('sha256', secret).update('audit').digest();
}

/** What commands and servers show each other to be believed: nobody has it who has not the secret. */
export function adminTokenOf(secret: Buffer): string {
  return createHmac('sha256', secret).update('admin').digest('base64url');
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
    throw new UserError(`Cannot read the secret file ${file} (${code}): check its rights.`, { cause: error });
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
  const draft = `${file}.${randomBytes(6).toString('hex')}`;
  try {
    await mkdir(dirname(file), { recursive: true, mode: 0o700 });
    await writeFile(draft, `${secret.toString('hex')}\n`, { mode: 0o600, flag: 'wx' });
    await link(draft, file);
    return secret;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const made = code === 'EEXIST' ? await readSecretFile(file) : null;
    if (made) return made;
    throw new UserError(`Cannot write the secret file ${file} (${code}): check the rights of its folder.`, {
      cause: error,
    });
  } finally {
    await rm(draft, { force: true });
  }
}
