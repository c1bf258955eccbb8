import { QueryFailedError } from 'typeorm';

/** What a driver says in `code`, of an error of TypeORM's or of the driver itself. */
export function driverCode(error: unknown): string {
  const { code, message } = driverErrorOf(error);
  // libsql gives no code where a file cannot be opened at all.
  return String(code || (/^ConnectionFailed\(/.test(String(message)) && 'SQLITE_CANTOPEN') || '');
}

/** Full, locked by another process, not writable, or away: in the words of SQLite, MySQL and the network. */
const passing =
  /^(SQLITE_(FULL|BUSY|LOCKED|READONLY|IOERR|CANTOPEN)|E[A-Z]+$|EAI_AGAIN$|PROTOCOL_CONNECTION_LOST$)/;
const passingOfMysql = new Set([
  'ER_DISK_FULL',
  'ER_RECORD_FILE_FULL',
  'ER_OPTION_PREVENTS_STATEMENT',
  'ER_READ_ONLY_MODE',
  'ER_LOCK_WAIT_TIMEOUT',
  'ER_LOCK_DEADLOCK',
  'ER_CHECKREAD',
  'ER_UNKNOWN_COM_ERROR',
  'ER_SERVER_SHUTDOWN',
  'ER_CON_COUNT_ERROR',
  'ER_TOO_MANY_USER_CONNECTIONS',
]);

/** Whether the database cannot do now what it was asked, and can do it when it is well again. */
export function isPassing(error: unknown): boolean {
  const code = driverCode(error);
  // mysql2 calls so what ends a connection, and does not always give it a code.
  return driverErrorOf(error).fatal === true || passing.test(code) || passingOfMysql.has(code);
}

function driverErrorOf(error: unknown): { code?: unknown; message?: unknown; fatal?: unknown } {
  return (error instanceof QueryFailedError ? error.driverError : error) ?? {};
}

/** Whether a unique key refused the row. */
export function isDuplicate(error: unknown): boolean {
  return ['SQLITE_CONSTRAINT_UNIQUE', 'SQLITE_CONSTRAINT_PRIMARYKEY', 'ER_DUP_ENTRY'].includes(
    driverCode(error),
  );
}

/** Whether what the row belongs to is not there. */
export function isOrphan(error: unknown): boolean {
  return ['SQLITE_CONSTRAINT_FOREIGNKEY', 'ER_NO_REFERENCED_ROW_2'].includes(driverCode(error));
}
