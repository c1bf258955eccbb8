import type { ErrorCode } from '../../protocol/errors.ts';

/** Why the server did not do what it was asked. */
export class RequestError extends Error {
  override readonly name = 'RequestError';
  readonly code: ErrorCode | 'disconnected' | 'timeout';

  constructor(code: RequestError['code'], message: string) {
    super(message);
    this.code = code;
  }
}
