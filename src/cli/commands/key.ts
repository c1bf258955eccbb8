/** `webinterview key create | list | revoke`: the keys by which other systems use the API. */
import { createKey, findKey, isUsable, revokeKey } from '../../server/admin/keys.ts';
import { UserError } from '../../server/errors.ts';
import { recordTime } from '../../server/records/times.ts';
import type { KeyRecord } from '../../server/store/index.ts';
import { type Confirming, confirm } from '../confirm.ts';
import { type CommonOptions, configOf, withAdmin } from '../context.ts';
import { parseDuration } from '../input/times.ts';
import { printJson, printLine, printNote } from '../output/print.ts';
import { type Column, tableLines } from '../output/table.ts';

export type KeyCreateOptions = CommonOptions & { name: string; scope: string[]; expires?: string };

/** Prints the key, of which only a hash is kept. */
export async function keyCreate({ name, scope, expires, ...options }: KeyCreateOptions): Promise<void> {
  const expiresInDays = expires === undefined ? null : daysOf(expires);
  await withAdmin(configOf(options), { create: true }, async (admin) => {
    const { record, key } = await createKey(admin, { name, scopes: scope, expiresInDays });
    if (options.json) {
      printJson({ ...keyJson(record), key });
      return;
    }
    printLine(key);
    printNote(`its id is ${record.id}; ${expiryText(record, admin.config.room.timeZone)}.`);
    printNote('this is shown once: keep it where only the other system reads it.');
  });
}

/** All keys, those that are revoked or have expired too. */
export async function keyList(options: CommonOptions): Promise<void> {
  await withAdmin(configOf(options), { create: false }, async ({ store, config, now }) => {
    const keys = await store.keys.list();
    if (options.json) printJson({ keys: keys.map(keyJson) });
    else if (keys.length === 0) printLine('There are no keys: make one with webinterview key create.');
    else printKeys(keys, config.room.timeZone, now());
  });
}

/** Refuses the key from now on. */
export async function keyRevoke(id: string, options: Confirming): Promise<void> {
  await withAdmin(configOf(options), { create: false }, async (admin) => {
    const found = await findKey(admin, id);
    await confirm([revocationText(found, admin.config.room.timeZone)], options);
    const record = await revokeKey(admin, found.id);
    if (options.json) printJson(keyJson(record));
    else printLine(`The key ${record.name} (${record.id}) is refused from now on.`);
  });
}

function revocationText({ id, name, lastUsedAt }: KeyRecord, timeZone: string): string {
  const used = lastUsedAt ? `last used ${recordTime(lastUsedAt, timeZone)}` : 'never used';
  return `This refuses the key ${name} (${id}, ${used}) from its next request on, for good.`;
}

const columns: Column[] = [
  { heading: 'Key' },
  { heading: 'State' },
  { heading: 'Expires' },
  { heading: 'Name' },
];

/** A line for each, and below it what would not fit beside it on a terminal of 80 columns: nothing is cut. */
function printKeys(keys: KeyRecord[], timeZone: string, now: Date): void {
  const timeOf = (at: Date | null) => (at ? recordTime(at, timeZone) : 'never');
  const rows = keys.map((key) => [key.id, stateOf(key, now), timeOf(key.expiresAt), key.name]);
  const [heading = '', ...lines] = tableLines(columns, rows, null);
  printLine(heading);
  lines.forEach((line, i) => {
    const { scopes, createdAt, lastUsedAt } = keys[i] as KeyRecord;
    printLine(line);
    printLine(`  may ${scopes.join(', ')}`);
    printLine(`  made ${timeOf(createdAt)}, last used ${timeOf(lastUsedAt)}`);
  });
}

function expiryText({ expiresAt }: KeyRecord, timeZone: string): string {
  if (!expiresAt) return 'it does not expire';
  return `it expires ${recordTime(expiresAt, timeZone)} (${timeZone})`;
}

function stateOf(key: KeyRecord, now: Date): string {
  if (key.revokedAt) return 'revoked';
  return isUsable(key, now) ? 'valid' : 'expired';
}

/** All but the hash. */
function keyJson({ hash: _, ...key }: KeyRecord): object {
  return key;
}

function daysOf(text: string): number {
  const minutes = parseDuration(text, '--expires');
  if (minutes % 1440 === 0) return minutes / 1440;
  throw new UserError(`--expires ${text} is not a number of days: expected e.g. 90d.`, { usage: true });
}
