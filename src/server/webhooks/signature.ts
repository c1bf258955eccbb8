/** Signatures of Standard Webhooks 1.0 (github.com/standard-webhooks), symmetric. */
import { createHmac } from 'node:crypto';

/** The key as its receiver is given it. */
export const printedKey = (key: Buffer) => `whsec_${key.toString('base64')}`;

/** @param at when this attempt is made, not when the event happened */
export function signedHeaders(key: Buffer, id: string, at: Date, body: string): Record<string, string> {
  const timestamp = String(Math.floor(at.getTime() / 1000));
  const signature = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64');
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': `v1,${signature}` };
}
