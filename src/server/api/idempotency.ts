/** Requests that are sent again, as programs do that have heard no answer: done once, answered alike. */
import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import { idempotencyKeyOf } from '../secret.ts';
import type { Store } from '../store/index.ts';
import { Problem } from './problems.ts';

/** An answer as it is sent, and sent again. */
export type Answer = { status: number; headers: Record<string, string>; body: string };
/** An answer, and the id of the room that it is of. */
export type Answered = { answer: Answer; roomId: string | null };

export type IdempotencyOptions = {
  store: Pick<Store, 'idempotency'>;
  secret: Buffer;
  now: () => Date;
  /** Hears when a key could not be kept or given back, of which the caller is not told. */
  onError: (error: unknown) => void;
};

/** What one request is known by. */
type Request = {
  keyId: string;
  idempotencyKey: string;
  method: string;
  path: string;
  body: string;
  /** null: it makes a room. */
  roomId: string | null;
};

/**
 * Does the request, or gives the answer that it had before. What failed on the server may be tried again.
 * @throws {Problem} invalid-request, key-reused, in-progress, and what `work` throws
 */
export async function once(
  { store, secret, now, onError }: IdempotencyOptions,
  request: Request,
  work: () => Promise<Answered>,
): Promise<Answer> {
  const { keyId, idempotencyKey, method, path, body, roomId } = request;
  // RFC 9110 field content, and what the column holds.
  if (!/^[\x21-\x7E]{1,128}$/.test(idempotencyKey))
    throw new Problem('invalid-request', 'An Idempotency-Key must have 1 to 128 visible ASCII characters.');
  const requestHash = createHash('sha256').update(`${method}\0${path}\0${body}`).digest('hex');
  const claim = { keyId, idempotencyKey, requestHash };
  const before = await store.idempotency.claim(claim, roomId, now());
  if (before) return answerOf(before, requestHash, secret);
  const { answer, roomId: made } = await work().catch(async (error: unknown) => {
    // Nothing was done: with what was wrong mended, or the server well again, it may come again. Where the key cannot
    // be given back either, it is free after a while by itself.
    await store.idempotency.release(claim).catch(onError);
    throw error;
  });
  // From here on it is done, and must not be done again because the answer could not be kept.
  const kept = encrypted(JSON.stringify(answer), secret);
  const { status } = answer;
  await store.idempotency.answered(claim, { roomId: made, status, body: kept }).catch(onError);
  return answer;
}

function answerOf(
  before: { requestHash: string; status: number | null; body: string | null },
  requestHash: string,
  secret: Buffer,
): Answer {
  if (before.requestHash === '')
    throw new Problem(
      'key-reused',
      'This was done, but its answer has been erased with records of the room: read the room again.',
    );
  if (before.requestHash !== requestHash)
    throw new Problem('key-reused', 'Use a different Idempotency-Key for a different request.');
  if (before.body === null)
    throw new Problem(
      'in-progress',
      'The first request with this key has not been answered yet: wait a moment, then try again.',
    );
  const answer = JSON.parse(decrypted(before.body, secret)) as Answer;
  return { ...answer, headers: { ...answer.headers, 'Idempotency-Replayed': 'true' } };
}

// ---- what lies in the database --------------------------------------------------------------------------

// The answers hold links: who reads the database alone must not be able to open them.
const CIPHER = 'aes-256-gcm';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

function encrypted(text: string, secret: Buffer): string {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(CIPHER, idempotencyKeyOf(secret), nonce);
  const content = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), content]).toString('base64');
}

function decrypted(text: string, secret: Buffer): string {
  const bytes = Buffer.from(text, 'base64');
  const decipher = createDecipheriv(CIPHER, idempotencyKeyOf(secret), bytes.subarray(0, NONCE_BYTES));
  decipher.setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
  return Buffer.concat([decipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES)), decipher.final()]).toString(
    'utf8',
  );
}
