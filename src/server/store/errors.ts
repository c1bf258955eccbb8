import { QueryFailedError } from 'typeorm';

/** What a driver says in `code`, of an error of TypeORM's or of the driver itself. */
export function driverCode(error: unknown): string {
  const cause = error instanceof QueryFailedError ? error.driverError : error;
  const { code, message } = (cause ?? {}) as { code?: unknown; message?: unknown };
  // libsql gives no code where a file cannot be opened at all.
  return String(code || (/^ConnectionFailed\(/.test(String(message)) && 'SQLITE_CANTOPEN') || '');
}

/** Whether a unique key refused the row. */
export function isDuplicate(error: unknown): boolean {
  return ['SQLITE_CONSTRAINT_UNIQUE', 'SQLITE_CONSTRAINT_PRIMARYKEY', 'ER_DUP_ENTRY'].includes(
    driverCode(error),
  );
}
