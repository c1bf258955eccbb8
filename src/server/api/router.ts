/** The API over HTTP: whose key it is, how often it asks, what it may, and what it says. */
import { once as happened } from 'node:events';
import Router from '@koa/router';
import type { Context, Middleware } from 'koa';
import type { Logger } from 'pino';
import { keyOf, scopes } from '../admin/keys.ts';
import type { KeyRecord } from '../store/index.ts';
import { type Answer, once } from './idempotency.ts';
import { bodyOf, paramsOf, queryOf, readBody } from './input.ts';
import { openApiDocument } from './openapi.ts';
import type { ApiOptions, Call, Operation, Reply } from './operation.ts';
import { operations } from './operations.ts';
import { answerProblem, Problem } from './problems.ts';
import { Quota } from './Quota.ts';
import { etagOf } from './rooms.ts';

const PREFIX = '/api/v1';
/** A recruiting system books some hundred interviews an hour; ten requests a second let it read all it has. */
const KEY_QUOTA = { requests: 600, windowSeconds: 60 };
/** From one address, without a key that is known: nobody guesses 256 bits, and a program asks once and is told. */
const STRANGER_QUOTA = { requests: 30, windowSeconds: 60 };

/** Everything under /api/v1. @param version of the program, for the document */
export function createApi(
  options: ApiOptions,
  { log, version }: { log: Logger; version: string },
): Middleware {
  const quota = new Quota(KEY_QUOTA);
  const strangers = new Quota(STRANGER_QUOTA);
  const router = new Router({ prefix: PREFIX });
  let document: string | undefined;
  const onError = (err: unknown) => log.error({ err }, 'an answer could not be kept for its Idempotency-Key');
  router.get('/openapi.json', (ctx) => {
    countRequest(ctx, strangers, 'address', ctx.ip);
    ctx.type = 'json';
    // Made once, and not at the start, which nobody should wait for.
    document ??= JSON.stringify(openApiDocument(version));
    ctx.body = document;
  });
  for (const operation of operations) {
    router[operation.method](operation.path.replace(/\{(\w+)\}/g, ':$1'), async (ctx) => {
      const key = await authenticated(ctx, options, strangers);
      countRequest(ctx, quota, 'key', key.id);
      assertScope(key, operation);
      await perform(ctx, operation, key, { ...options, onError });
    });
  }
  const routes = router.routes();
  return async (ctx, next) => {
    if (ctx.path !== PREFIX && !ctx.path.startsWith(`${PREFIX}/`)) return next();
    ctx.set('Cache-Control', 'no-store');
    try {
      await routes(ctx as never, async () => notThere(router, ctx as Context));
    } catch (error) {
      answerProblem(ctx as Context, error, log);
    }
  };
}

function notThere(router: Router, ctx: Context): never {
  const methods = router.match(ctx.path, ctx.method).path.flatMap((layer) => layer.methods);
  if (methods.length === 0)
    throw new Problem('not-found', `There is nothing at ${ctx.path}: see ${PREFIX}/openapi.json.`);
  ctx.set('Allow', [...new Set(methods)].join(', '));
  throw new Problem('method-not-allowed', `${ctx.path} takes ${[...new Set(methods)].join(', ')}.`);
}

// ---- who asks, and how often -----------------------------------------------------------------------------

async function authenticated(
  ctx: Context,
  { store, clock }: ApiOptions,
  strangers: Quota,
): Promise<KeyRecord> {
  const [, text] = /^Bearer (\S+)$/i.exec(ctx.get('Authorization')) ?? [];
  const key = text ? await keyOf({ store, now: clock.now }, text) : null;
  if (key) return key;
  countRequest(ctx, strangers, 'address', ctx.ip);
  ctx.set('WWW-Authenticate', 'Bearer realm="webinterview"');
  throw new Problem(
    'unauthorized',
    text
      ? 'This key is not known, has expired or was revoked: make another with webinterview key create.'
      : 'Send a key: Authorization: Bearer wik_...',
  );
}

/** draft-ietf-httpapi-ratelimit-headers */
function countRequest(ctx: Context, quota: Quota, policy: 'key' | 'address', caller: string): void {
  const { remaining, resetSeconds, isOver } = quota.take(caller);
  ctx.set('RateLimit-Policy', `"${policy}";q=${quota.requests};w=${quota.windowSeconds}`);
  ctx.set('RateLimit', `"${policy}";r=${remaining};t=${resetSeconds}`);
  if (isOver) throw tooMany(ctx, quota, resetSeconds);
}

function tooMany(ctx: Context, { requests, windowSeconds }: Quota, resetSeconds: number): Problem {
  ctx.set('Retry-After', String(resetSeconds));
  return new Problem(
    'rate-limited',
    `At most ${requests} requests in ${windowSeconds} s: go on in ${resetSeconds} s.`,
  );
}

function assertScope(key: KeyRecord, { scope }: Operation): void {
  if (key.scopes.includes(scope)) return;
  throw new Problem(
    'forbidden',
    `This needs a key with the scope ${scope} (${scopes[scope]}); this one has ${key.scopes.join(', ')}.`,
  );
}

// ---- what is done ----------------------------------------------------------------------------------------

async function perform(
  ctx: Context,
  operation: Operation,
  key: KeyRecord,
  { onError, ...options }: ApiOptions & { onError: (error: unknown) => void },
): Promise<void> {
  const params = paramsOf(ctx.params as Record<string, string>);
  const query = queryOf(operation.query, ctx);
  const ifMatch = ctx.get('If-Match') || null;
  if (operation.ifMatch === 'required' && !ifMatch)
    throw new Problem(
      'precondition-required',
      'Send If-Match with the ETag of the room as you have read it.',
    );
  const text = operation.method === 'get' ? '' : await readBody(ctx);
  const body = bodyOf(operation.body, text);
  const run = () =>
    operation.run({
      ...{ options, key, params, query, body, ifMatch, gone: goneSignal(ctx) },
      admin: { ...options, now: options.clock.now, actor: `key:${key.id}` },
    } satisfies Call);
  if (operation.answer === 'file') return sendFile(ctx, await run());
  const idempotencyKey = ctx.get('Idempotency-Key');
  const answer = async () => answerOf(operation, await run());
  if (operation.method !== 'post' || !idempotencyKey) return send(ctx, await answer());
  const request = { keyId: key.id, idempotencyKey, method: ctx.method, path: ctx.path, body: text };
  send(ctx, await once({ ...options, now: options.clock.now, onError }, request, answer));
}

function answerOf({ status }: Operation, { body, version, location }: Reply): Answer {
  const headers: Record<string, string> = {
    ...(body && { 'Content-Type': 'application/json; charset=utf-8' }),
    ...(version !== undefined && { ETag: etagOf(version) }),
    ...(location && { Location: PREFIX + location }),
  };
  return { status, headers, body: body ? JSON.stringify(body) : '' };
}

function send(ctx: Context, { status, headers, body }: Answer): void {
  ctx.status = status;
  ctx.set(headers);
  ctx.body = body || null;
  ctx.status = status;
}

async function sendFile(ctx: Context, { file }: Reply): Promise<void> {
  if (!file) throw new Error('there is no file to send');
  // A database that does not answer is told as a problem, not as a file that ends early.
  await happened(file.content, 'readable');
  ctx.attachment(file.name);
  ctx.type = file.type;
  ctx.body = file.content;
}

function goneSignal(ctx: Context): AbortSignal {
  const gone = new AbortController();
  ctx.res.once('close', () => gone.abort());
  return gone.signal;
}
