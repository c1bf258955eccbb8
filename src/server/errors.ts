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
 * conflict: it exists already; changed: somebody else was faster; unavailable: a server that must be asked does not
 * answer.
 */
export type UserErrorCode = 'not_found' | 'conflict' | 'changed' | 'unavailable';

/** A person at the command line did something that cannot work: exit code 1, or 2 where `usage` is true. */
export class UserError extends Error {
  override readonly name = 'UserError';
  readonly usage: boolean;
  /** For programs, where the kind matters. */
  readonly code: UserErrorCode | null;
  /** What is wrong one by one, a line each, where there is more than one thing. */
  readonly details: string[];

  constructor(
    message: string,
    options: ErrorOptions & { usage?: boolean; code?: UserErrorCode; details?: string[] } = {},
  ) {
    super(message, options);
    this.usage = options.usage ?? false;
    this.code = options.code ?? null;
    this.details = options.details ?? [];
  }
}

/** Nothing was made yet, not even the database. */
export class NoDataError extends UserError {}
