import type { Context, Next } from 'koa';
import type { Logger } from 'pino';
import type { ErrorCode } from '../../protocol/errors.ts';
import { AppError } from '../errors.ts';

const statuses: Record<ErrorCode, number> = {
  bad_request: 400,
  link_unknown: 401,
  link_revoked: 401,
  link_early: 403,
  link_expired: 403,
  not_allowed: 403,
  not_found: 404,
  unknown_method: 404,
  wrong_state: 409,
  seat_taken: 409,
  sharing_taken: 409,
  too_big: 413,
  locked_out: 429,
  too_fast: 429,
  room_full: 429,
  internal: 500,
  media_unavailable: 503,
  store_unavailable: 503,
  server_full: 503,
  server_stopping: 503,
};

/** The one place where an error becomes an answer: {error: {code, message}}. */
export function renderErrors(log: Logger) {
  return async (ctx: Context, next: Next) => {
    try {
      await next();
      if (ctx.respond !== false && ctx.status === 404 && ctx.body == null)
        throw new AppError('not_found', 'there is nothing here');
    } catch (error) {
      const known = tellable(error, log);
      ctx.status = statuses[known.code];
      if (known.retryAt) ctx.set('Retry-After', secondsUntil(known.retryAt));
      ctx.body = { error: { code: known.code, message: known.message } };
    }
  };
}

const secondsUntil = (at: Date) => String(Math.max(1, Math.ceil((at.getTime() - Date.now()) / 1000)));

function tellable(error: unknown, log: Logger): AppError {
  if (error instanceof AppError) {
    if (error.cause) log.error({ err: error }, 'a request failed');
    return error;
  }
  log.error({ err: error }, 'a request failed');
  return new AppError('internal', 'something went wrong on the server; try again');
}
