import type { ErrorCode } from '../protocol/errors.ts';

/** An error that its receiver may be told: `message` is English, says what was wrong and what to do. */
export class AppError extends Error {
  override readonly name = 'AppError';
  readonly code: ErrorCode;
  /** When it can be tried again, where that is known. */
  readonly retryAt: Date | null;

  constructor(code: ErrorCode, message: string, options: ErrorOptions & { retryAt?: Date } = {}) {
    super(message, options);
    this.code = code;
    this.retryAt = options.retryAt ?? null;
  }
}

/**
 * usage: what was asked for cannot be; conflict: it exists already; changed: somebody else was faster; unavailable: a
 * server that must be asked does not answer; no_database: none was made yet; no_data: it is empty; older_data: an
 * earlier version made it; failed: anything else.
 */
export type UserErrorCode =
  | 'usage'
  | 'not_found'
  | 'conflict'
  | 'changed'
  | 'unavailable'
  | 'no_database'
  | 'no_data'
  | 'older_data'
  | 'failed';

export type UserErrorOptions = ErrorOptions & {
  /** Default: failed. */
  code?: UserErrorCode;
  /** The same as the code usage. */
  usage?: boolean;
  remedy?: string;
  details?: string[];
};

/** A person at the command line did something that cannot work: exit code 1, or 2 where `usage` is true. */
export class UserError extends Error {
  override readonly name = 'UserError';
  readonly code: UserErrorCode;
  /** What is wrong, without what to do about it where that is in `remedy`; `message` says both. */
  readonly what: string;
  readonly remedy: string | null;
  /** What is wrong one by one, a line each, where there is more than one thing. */
  readonly details: string[];

  constructor(
    what: string,
    {
      usage = false,
      code = usage ? 'usage' : 'failed',
      remedy,
      details = [],
      ...options
    }: UserErrorOptions = {},
  ) {
    super(remedy === undefined ? what : `${what}: ${remedy}`, options);
    this.code = code;
    this.what = what;
    this.remedy = remedy ?? null;
    this.details = details;
  }

  get usage(): boolean {
    return this.code === 'usage';
  }
}
