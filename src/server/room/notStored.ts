import { AppError } from '../errors.ts';

/** What the store refuses is told as that. @throws {AppError} store_unavailable */
export function notStored(cause: unknown): never {
  throw new AppError('store_unavailable', 'this cannot be stored now; try again', { cause });
}
