/** Sends made up requests as bytes, and looks at the answers. */
import type { ExecutionContext } from 'ava';
import { createKey } from '../../src/server/admin/keys.ts';
import { connect } from '../helpers/client.ts';
import { type RawRequest, stands } from './http-requests.ts';
import { assertHealthy, type Target } from './target.ts';
import { exchange } from './wire.ts';

/** A room with somebody in the call and a file in its chat, and a key of the API. */
export type Known = Record<keyof typeof stands, string>;

export async function knowing(t: ExecutionContext, target: Target): Promise<Known> {
  const room = await target.room();
  const client = await connect(t, target, { token: room.tokens.interviewer });
  const { resumeKey: seat } = await client.request('join', { keepMedia: false });
  await client.request('enter', { company: '会社', name: '担当' });
  const { tokens, record, links } = room;
  const fileId = await sendFile(target, tokens.interviewer, seat);
  return {
    room: record.id,
    link: links.applicant.id,
    token: tokens.interviewer,
    seat,
    file: fileId,
    key: '',
    admin: '',
    metrics: target.metricsToken,
  };
}

async function sendFile({ url }: Target, token: string, seat: string): Promise<string> {
  const headers = {
    Authorization: `Bearer ${token}`,
    'X-Resume-Key': seat,
    'X-Client-Id': crypto.randomUUID(),
    'X-File-Name': 'a.txt',
  };
  const answer = await fetch(`${url}/api/room/files`, { method: 'POST', headers, body: 'x' });
  return (await answer.json()).file.id;
}

const allScopes = ['rooms:read', 'rooms:write', 'links:read', 'records:read'];

/** Keys are made anew as each may ask so and so often in a minute; some may do less. */
export class Keys {
  readonly #target: Target;
  #key = '';
  #left = 0;
  #made = 0;

  constructor(target: Target) {
    this.#target = target;
  }

  async next(): Promise<string> {
    if (this.#left-- > 0) return this.#key;
    this.#left = 30;
    // Every third may not do everything.
    const scopes = this.#made++ % 3 === 2 ? [allScopes[this.#made % 4] as string] : allScopes;
    const admin = { store: this.#target.store, now: () => new Date(), actor: 'cli:fuzz' };
    ({ key: this.#key } = await createKey(admin, { name: 'fuzz', scopes, expiresInDays: null }));
    return this.#key;
  }
}

/** All of them at once. @throws when the server fails, or says nothing */
export async function requestAll(target: Target, raws: RawRequest[], known: Known): Promise<void> {
  await Promise.all(raws.map((raw) => request(target, raw, known)));
  await assertHealthy(target);
}

async function request(target: Target, raw: RawRequest, known: Known): Promise<void> {
  const admin = target.ticketFor(raw.method, filledIn(raw.path, known));
  const { status, text: answer } = await exchange(
    target.url,
    bytesOf(raw, { ...known, admin }),
    waitsFor(raw),
  );
  if (status >= 500) throw new Error(`${status} ${raw.method} ${raw.path}: ${answer.slice(0, 2000)}`);
  if (status === 0 && waitsFor(raw) === 'wait' && isWhole(raw))
    throw new Error(`no answer to ${raw.method} ${raw.path}`);
}

/** A server that has been promised more bytes waits for them: we do not. */
const waitsFor = ({ cut: missing, framing: how, body }: RawRequest) =>
  missing > 0 || how === 'too long' || how === 'both' || (how === 'none' && body !== '') ? 'go' : 'wait';

/** Where Node's parser may close without a word, as the connection was asked to be. */
const isWhole = ({ method, framing: how, headers }: RawRequest) =>
  how === 'length' &&
  method !== 'CONNECT' &&
  !headers.some(([name]) => /^(upgrade|connection|expect)$/i.test(name));

/** The text with what only the server knows in the place of what stands for it. */
export const filledIn = (text: string, known: Known): string =>
  Object.entries(stands).reduce(
    (changed, [what, stand]) => changed.replaceAll(stand, known[what as keyof Known]),
    text,
  );

function bytesOf(raw: RawRequest, known: Known): Buffer {
  const body = Buffer.from(raw.body.toWellFormed());
  const address = `10.${octet()}.${octet()}.${octet()}`;
  const head = [
    `${raw.method} ${raw.path} HTTP/1.1`,
    'Host: 127.0.0.1',
    'Connection: close',
    `X-Forwarded-For: ${address}`,
    ...raw.headers.map(([name, value]) => `${name}: ${value}`),
    ...framingOf(raw.framing, body.length),
  ];
  const sent = raw.framing === 'chunked' ? chunked(body) : body;
  const bytes = Buffer.concat([Buffer.from(`${filledIn(head.join('\r\n'), known)}\r\n\r\n`), sent]);
  return bytes.subarray(0, Math.max(1, bytes.length - raw.cut));
}

const octet = () => Math.floor(Math.random() * 256);

function framingOf(framing: RawRequest['framing'], bytes: number): string[] {
  if (framing === 'length') return [`Content-Length: ${bytes}`];
  if (framing === 'too long') return [`Content-Length: ${bytes + 10}`];
  if (framing === 'too short') return [`Content-Length: ${Math.max(0, bytes - 3)}`];
  if (framing === 'chunked') return ['Transfer-Encoding: chunked'];
  if (framing === 'both') return [`Content-Length: ${bytes}`, 'Transfer-Encoding: chunked'];
  return [];
}

function chunked(body: Buffer): Buffer {
  if (body.length === 0) return Buffer.from('0\r\n\r\n');
  return Buffer.concat([Buffer.from(`${body.length.toString(16)}\r\n`), body, Buffer.from('\r\n0\r\n\r\n')]);
}
