/** The API over HTTP: whose key it is, how often it asks, what it may, and what it says. */
import Router from '@koa/router';
import type { Context, Middleware } from 'koa';
import type { Logger } from 'pino';
import { KeyCheck, scopes } from '../admin/keys.ts';
import { bearerToken } from '../http/bearer.ts';
import { sendDownload } from '../http/download.ts';
import type { KeyRecord } from '../store/index.ts';
import { networkOf } from '../util/networkOf.ts';
import { Quota } from '../util/Quota.ts';
import { type Answer, once } from './idempotency.ts';
import { bodyOf, ifMatchOf, paramsOf, queryOf, readBody } from './input.ts';
import { openApiDocument } from './openapi.ts';
import type { ApiOptions, Operation, OperationContext, Reply } from './operation.ts';
import { operations } from './operations.ts';
import { answerProblem, Problem } from './problems.ts';
import { etagOf } from './rooms.ts';

const PREFIX = '/api/v1';
/** A recruiting system books some hundred interviews an hour; ten requests a second let it read all it has. */
const KEY_QUOTA = { most: 600, windowMs: 60_000, remembered: 10_000 };
/** From one address, without a key that is known: nobody guesses 256 bits, and a program asks once and is told. */
const STRANGER_QUOTA = { most: 30, windowMs: 60_000, remembered: 10_000 };

/** Everything under /api/v1. @param version of the program, for the document */
export function createApi(
  given: Omit<ApiOptions, 'onError'>,
  { log, version }: { log: Logger; version: string },
): Middleware {
  const quota = new Quota(KEY_QUOTA);
  const strangers = new Quota(STRANGER_QUOTA);
  const router = new Router({ prefix: PREFIX });
  let document: string | undefined;
  const onError = (err: unknown) => log.error({ err }, 'something failed after the API had answered');
  const options = { ...given, onError };
  const keys = new KeyCheck({
    store: given.store,
    now: given.clock.now,
    onError: (err) => log.error({ err }, 'the last use of a key could not be noted'),
  });
  router.get('/openapi.json', (ctx) => {
    ctx.type = 'json';
    // Made once, and not at the start, which nobody should wait for.
    document ??= JSON.stringify(openApiDocument(version));
    ctx.body = document;
  });
  for (const operation of operations) {
    router[operation.method](operation.path.replace(/\{(\w+)\}/g, ':$1'), async (ctx) => {
      assertScope(needKey(ctx), operation);
      const text = operation.method === 'get' ? '' : await readBody(ctx);
      // A body may come slowly, and the key may be revoked meanwhile.
      if (operation.method !== 'get') ctx.state.key = await keyFrom(ctx, keys);
      await perform(ctx, operation, { key: needKey(ctx), text }, options);
    });
  }
  const routes = router.routes();
  return async (ctx, next) => {
    if (ctx.path !== PREFIX && !ctx.path.startsWith(`${PREFIX}/`)) return next();
    ctx.set('Cache-Control', 'no-store');
    try {
      // Before it is looked at what there is: what leads nowhere counts too.
      ctx.state.key = await keyFrom(ctx as Context, keys);
      if (ctx.state.key) countRequest(ctx as Context, quota, 'key', ctx.state.key.id);
      else countRequest(ctx as Context, strangers, 'address', networkOf(ctx.ip));
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

/** null: there is none, or none that may be used. */
async function keyFrom(ctx: Context, keys: KeyCheck): Promise<KeyRecord | null> {
  const text = bearerToken(ctx);
  return text ? keys.keyOf(text) : null;
}

function needKey(ctx: Context): KeyRecord {
  const { key } = ctx.state as { key: KeyRecord | null };
  if (key) return key;
  ctx.set('WWW-Authenticate', 'Bearer realm="webinterview"');
  throw new Problem(
    'unauthorized',
    bearerToken(ctx)
      ? 'This key is not known, has expired or was revoked: make another with webinterview key create.'
      : 'Send a key: Authorization: Bearer wik_...',
  );
}

/** draft-ietf-httpapi-ratelimit-headers */
function countRequest(ctx: Context, quota: Quota, policy: 'key' | 'address', caller: string): void {
  const { remaining, resetSeconds, isOver } = quota.take(caller);
  ctx.set('RateLimit-Policy', `"${policy}";q=${quota.most};w=${quota.windowMs / 1000}`);
  ctx.set('RateLimit', `"${policy}";r=${remaining};t=${resetSeconds}`);
  if (isOver) throw tooMany(ctx, quota, resetSeconds);
}

function tooMany(ctx: Context, { most, windowMs }: Quota, resetSeconds: number): Problem {
  ctx.set('Retry-After', String(resetSeconds));
  return new Problem(
    'rate-limited',
    `At most ${most} requests in ${windowMs / 1000} s: try again in ${resetSeconds} s.`,
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
  { key, text }: { key: KeyRecord; text: string },
  options: ApiOptions,
): Promise<void> {
  const params = paramsOf(ctx.params as Record<string, string>);
  const query = queryOf(operation.query, ctx);
  const ifMatch = ifMatchOf(operation, ctx);
  const body = bodyOf(operation.body, text);
  const run = () =>
    operation.run({
      options,
      key,
      params,
      query,
      body,
      ifMatch,
      admin: { ...options, now: options.clock.now, actor: `key:${key.id}` },
    } satisfies OperationContext);
  if (operation.answer === 'file') return sendFile(ctx, await run());
  const idempotencyKey = ctx.get('Idempotency-Key');
  if (operation.method !== 'post' || !idempotencyKey) return send(ctx, answerOf(operation, await run()));
  const roomId = params.roomId ?? null;
  const request = { keyId: key.id, idempotencyKey, method: ctx.method, path: ctx.path, body: text, roomId };
  const work = async () => {
    const reply = await run();
    return { answer: answerOf(operation, reply), roomId: roomId ?? reply.roomId ?? null };
  };
  send(ctx, await once({ ...options, now: options.clock.now }, request, work));
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

function sendFile(ctx: Context, { file }: Reply): void {
  if (!file) throw new Error('there is no file to send');
  sendDownload(ctx, file);
}
