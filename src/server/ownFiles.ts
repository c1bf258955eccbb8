/** The files that an installation lives by: no command writes onto one of them, whatever it is called there. */
import { type BigIntStats, existsSync, fstatSync, readdirSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Config } from './config.ts';
import { filesIn } from './dataDir.ts';
import { isKeptName, realPlace } from './drafts.ts';
import { UserError } from './errors.ts';

/** What of the configuration says where they are. */
export type OwnPlaces = Pick<Config, 'dataDir' | 'secretFile' | 'files' | 'tls' | 'database' | 'media'>;

/** `what` goes on after "FILE is". */
type OwnFile = { what: string; file: string };

/**
 * A database with what SQLite has beside it: another file in the place of one of these it would take for a part of the
 * database.
 */
export const withCompanions = (
  database: string,
): [database: string, wal: string, shm: string, journal: string] => [
  database,
  `${database}-wal`,
  `${database}-shm`,
  `${database}-journal`,
];

/** Whether a file is one of these, by whichever path. */
export function isOneOf(files: string[], file: string): boolean {
  const found = { place: realPlace(file), stats: statsOf(file) };
  return files.some((each) => isIt(each, found));
}

/**
 * @param written what is to be written there, e.g. "the backup"
 * @throws {UserError} usage: it is one of the installation's own files, by whatever path, or another installation's
 */
export function assertMayWrite(config: OwnPlaces, file: string, written: string): void {
  const place = realPlace(file);
  const what = whatIs(config, { place, stats: statsOf(file) }) ?? whatIsElsewhere(place);
  if (what)
    throw new UserError(`${file} is ${what}`, { remedy: `give ${written} another name.`, usage: true });
}

/**
 * A shell may have sent what a command prints into one of them, to be added there. What a shell empties beforehand (`>`
 * without a second one) is gone before any program begins.
 * @param config null: which installation's is not known; then whether it is in any data directory
 * @throws {UserError} usage
 */
export function assertPrintsElsewhere(config: OwnPlaces | null): void {
  if (!printsIntoFile()) return;
  const { fd } = process.stdout;
  const found = { place: realPlace(`/dev/fd/${fd}`), stats: statsOf(fd) };
  const what = (config && whatIs(config, found)) ?? whatIsElsewhere(found.place);
  if (what)
    throw new UserError(`Standard output goes to ${what}`, {
      remedy: 'send it somewhere else.',
      usage: true,
    });
}

/** Neither a terminal, nor a pipe, nor a device. */
export const printsIntoFile = () => statsOf(process.stdout.fd)?.isFile() ?? false;

/** A file as it was named, or as it is open. */
type Found = { place: string | null; stats: BigIntStats | null };

/** By its place, as it may not be there yet, or by its number, which second names have in common. */
function isIt(file: string, { place, stats }: Found): boolean {
  if (realPlace(file) === place) return true;
  const other = statsOf(file);
  return Boolean(stats && other && stats.ino === other.ino && stats.dev === other.dev);
}

function whatIs(config: OwnPlaces, found: Found): string | null {
  return ownFiles(config).find(({ file }) => isIt(file, found))?.what ?? null;
}

function ownFiles({ dataDir, secretFile, files, tls, database: { caFile }, media }: OwnPlaces): OwnFile[] {
  const { database, lock, address } = filesIn(dataDir);
  const all = (what: string, paths: (string | null)[]) =>
    paths.flatMap((file) => (file ? [{ what, file }] : []));
  return [
    ...all('the database itself', withCompanions(realPlace(database))),
    ...all('the secret itself', [secretFile]),
    ...all('the lock of the data directory', withCompanions(lock)),
    ...all('where a running server leaves its address', [address]),
    ...all('the configuration itself', [...files]),
    ...all('the certificate of the configuration', [tls.certFile]),
    ...all('the key of the certificate', [tls.keyFile]),
    ...all('the authority of the database', [caFile]),
    ...all('the media worker', [media.workerBin]),
    ...all('what a restore has kept', [...keptOf(database), ...keptOf(secretFile)]),
  ];
}

/** What restores have set aside of this file. */
function keptOf(file: string): string[] {
  const place = realPlace(file);
  const folder = dirname(place);
  try {
    const names = readdirSync(folder).filter((name) => isKeptName(basename(place), name));
    return names.map((name) => join(folder, name));
  } catch {
    // A folder that is not there, or is not to be listed.
    return [];
  }
}

/** A folder with a server's lock in it is a data directory, whoever's. */
function whatIsElsewhere(place: string): string | null {
  const { database, lock, address, secret } = filesIn(dirname(place));
  if (!existsSync(lock)) return null;
  const theirs = [...withCompanions(database), ...withCompanions(lock), address, secret];
  const isTheirs =
    theirs.includes(place) || keptOf(database).includes(place) || keptOf(secret).includes(place);
  return isTheirs ? 'part of a data directory' : null;
}

function statsOf(file: string | number): BigIntStats | null {
  try {
    return typeof file === 'number' ? fstatSync(file, { bigint: true }) : statSync(file, { bigint: true });
  } catch {
    return null;
  }
}
