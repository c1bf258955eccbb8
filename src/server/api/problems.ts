import type { Context } from 'koa';
import type { Logger } from 'pino';
import type { z } from 'zod';
import type { ErrorCode } from '../../protocol/errors.ts';
import { AppError, UserError, type UserErrorCode } from '../errors.ts';
import { isPassing } from '../store/errors.ts';
import type { problemSchema } from './schemas.ts';

export type ProblemBody = z.output<typeof problemSchema>;

/** Each kind with its status and title. */
export const problemKinds = {
  'invalid-request': [400, 'The request is invalid'],
  unauthorized: [401, 'A key is required'],
  forbidden: [403, 'This key is not allowed to do this'],
  'not-found': [404, 'Not found'],
  'method-not-allowed': [405, 'The method is not allowed here'],
  conflict: [409, 'It already exists'],
  'in-progress': [409, 'The same request is in progress'],
  changed: [412, 'Somebody else has changed it'],
  'too-large': [413, 'The request is too large'],
  'unsupported-media-type': [415, 'The request is not JSON'],
  impossible: [422, 'This is not possible'],
  'key-reused': [422, 'This Idempotency-Key was used for another request'],
  'precondition-required': [428, 'If-Match is required'],
  'rate-limited': [429, 'Too many requests'],
  internal: [500, 'Something went wrong on the server'],
  unavailable: [503, 'Temporarily unavailable'],
} as const satisfies Record<string, [status: number, title: string]>;
/** The last part of a problem’s type. */
export type ProblemKind = keyof typeof problemKinds;

/** internal: it is the operator's to mend, and nothing that whoever asks is told. */
const ofUserErrors: Record<UserErrorCode, ProblemKind> = {
  usage: 'impossible',
  not_found: 'not-found',
  conflict: 'conflict',
  changed: 'changed',
  unavailable: 'unavailable',
  no_database: 'internal',
  no_data: 'internal',
  older_data: 'internal',
  failed: 'internal',
};

/** internal: it is between a page and its room, and was not foreseen here. */
const ofAppErrors: Record<ErrorCode, ProblemKind> = {
  not_found: 'not-found',
  store_unavailable: 'unavailable',
  media_unavailable: 'unavailable',
  server_stopping: 'unavailable',
  server_full: 'unavailable',
  link_unknown: 'internal',
  link_early: 'internal',
  link_expired: 'internal',
  link_revoked: 'internal',
  locked_out: 'internal',
  seat_taken: 'internal',
  room_full: 'internal',
  bad_request: 'internal',
  unknown_method: 'internal',
  not_allowed: 'internal',
  wrong_state: 'internal',
  too_fast: 'internal',
  too_big: 'internal',
  sharing_taken: 'internal',
  internal: 'internal',
};

/** An answer that says what was wrong: RFC 9457. */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly kind: ProblemKind;
  readonly errors: ProblemBody['errors'];

  constructor(kind: ProblemKind, detail: string, errors?: ProblemBody['errors']) {
    super(detail);
    this.kind = kind;
    this.errors = errors;
  }

  get body(): ProblemBody {
    const [status, title] = problemKinds[this.kind];
    const { kind, message: detail, errors } = this;
    return { type: `urn:webinterview:problem:${kind}`, title, status, detail, ...(errors && { errors }) };
  }
}

/** The one place where an error of the API becomes an answer; one that nobody foresaw is logged whole. */
export function answerProblem(ctx: Context, error: unknown, log: Logger): void {
  const problem = problemOf(error);
  if (problem.kind === 'internal' || problem.kind === 'unavailable')
    log.error({ err: error }, 'a request failed');
  const { body } = problem;
  ctx.status = body.status;
  ctx.body = JSON.stringify(body);
  ctx.type = 'application/problem+json';
}

/** What is answered of any error: of one that nobody foresaw, nothing but that it happened. */
export function problemOf(error: unknown): Problem {
  if (error instanceof Problem) return error;
  const kind = kindOf(error);
  if (error instanceof Error && kind !== 'internal') return new Problem(kind, error.message);
  if (isPassing(error))
    return new Problem('unavailable', 'The database cannot do this now: try again in a moment.');
  return new Problem('internal', 'Something went wrong on the server: try again.');
}

function kindOf(error: unknown): ProblemKind {
  if (error instanceof UserError) return ofUserErrors[error.code];
  return error instanceof AppError ? ofAppErrors[error.code] : 'internal';
}
