import type { DataSource } from 'typeorm';
import { limits } from '../../protocol/limits.ts';

/** A setting of a database server under which something of an interview would fail, and what to set. */
export type SettingProblem = { what: string; remedy: string };

/** A file's bytes are written as hexadecimal digits, two for each, with the rest of the statement around them. */
const STATEMENT_BYTES = 2 * limits.fileBytes + 64 * 1024;

/** What a database server is set to that interviews would suffer from; of an embedded database nothing. */
export async function settingProblems(source: DataSource): Promise<SettingProblem[]> {
  if (source.options.type !== 'mysql') return [];
  const [{ packet }] = await source.query('SELECT @@GLOBAL.max_allowed_packet AS packet');
  return packetProblem(Number(packet));
}

/** @param bytes max_allowed_packet: of one statement at most */
export function packetProblem(bytes: number): SettingProblem[] {
  if (bytes >= STATEMENT_BYTES) return [];
  const mebibytes = Math.round((bytes / 1024 / 1024) * 10) / 10;
  return [
    {
      what: `max_allowed_packet is ${mebibytes} MB: a file of ${limits.fileBytes / 1024 / 1024} MB in the chat cannot be stored`,
      remedy: 'set max_allowed_packet=16M or more in the database server’s configuration.',
    },
  ];
}
