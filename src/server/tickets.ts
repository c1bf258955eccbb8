/**
 * What commands and servers show each other to be believed. The address of a server is read from the database, and who can
 * write there could name their own: so what is sent is good for one request, to one server, once, and soon no more.
 */
import { createHmac, randomBytes } from 'node:crypto';
import { constantTimeEqual } from './util/constantTimeEqual.ts';

/** What is asked of whom. No request of this kind has a body that is looked at. */
export type Asked = {
  method: string;
  /** With the query, as it stands in the request. */
  path: string;
  /** As the server stands in the database: who only passes a question on, at another address, is not answered. */
  server: { id: string; url: string };
};

/** Milliseconds that two clocks may differ, and a request be on its way: those of ServerTable's dead servers. */
const WITHIN_MS = 90_000;

/** @param key that of `ticketKeyOf`: nobody has it who has not the secret */
export function ticketFor(key: Buffer, asked: Asked, now: Date): string {
  const head = `${now.getTime()}.${randomBytes(16).toString('base64url')}`;
  return `${head}.${codeOf(key, head, asked)}`;
}

/** Looks at what was shown to this server. */
export class TicketCheck {
  readonly #key: Buffer;
  readonly #now: () => Date;
  /** Those that were taken, by when they would have been too old anyway. */
  readonly #used = new Map<string, number>();

  constructor(key: Buffer, now: () => Date) {
    this.#key = key;
    this.#now = now;
  }

  /** Whether this is to be answered: made with the key, for this very request, now, and seen for the first time. */
  accepts(ticket: string, asked: Asked): boolean {
    const [, head = '', time = '', code = ''] = /^((\d{1,15})\.[\w-]{22})\.([\w-]{43})$/.exec(ticket) ?? [];
    if (!constantTimeEqual(code, codeOf(this.#key, head, asked))) return false;
    const now = this.#now().getTime();
    this.#forget(now);
    if (Math.abs(now - Number(time)) > WITHIN_MS || this.#used.has(head)) return false;
    this.#used.set(head, Number(time) + WITHIN_MS);
    return true;
  }

  #forget(now: number): void {
    for (const [head, until] of this.#used) if (until < now) this.#used.delete(head);
  }
}

function codeOf(key: Buffer, head: string, { method, path, server }: Asked): string {
  // None of these has a line end in it: an address and a path cannot.
  const said = [head, server.id, server.url, method, path].join('\n');
  return createHmac('sha256', key).update(said).digest('base64url');
}
