import { userInfo } from 'node:os';
import type { Admin } from '../server/admin/live.ts';
import { OtherServers } from '../server/admin/OtherServers.ts';
import { type Config, loadConfig } from '../server/config.ts';
import { assertPrintsElsewhere } from '../server/ownFiles.ts';
import { openSecret } from '../server/secret.ts';
import type { Store } from '../server/store/index.ts';
import { printNote } from './output/print.ts';

/** What every command takes. */
export type CommonOptions = { config?: string; dataDir?: string; json?: boolean; verbose?: boolean };

/** An administrator at this terminal, with what the commands need. */
export type CliAdmin = Admin<Store> & { config: Config; secret: Buffer; servers: OtherServers };

/** Milliseconds: nobody in a call waits for a command, and counting millions of rows takes longer than a message. */
const ANSWER_MS = 60_000;

/** The configuration as the options of a command, the environment and the files give it. */
export function configOf(options: CommonOptions, flags: Record<string, unknown> = {}): Config {
  const config = loadConfig({ configFile: options.config, flags: { dataDir: options.dataDir, ...flags } });
  assertPrintsElsewhere(config);
  return config;
}

/**
 * Opens the database for `work` and lets it go afterwards, however that ends. With `create` one is made where there is
 * none; to bring an older one up to date is for `serve` alone, as a server of that version may be at work on it.
 * @throws {UserError} the database cannot be opened, or not be read or written any more; else as `work` does
 */
export async function withStore<T>(
  config: Config,
  { create }: { create: boolean },
  work: (store: Store) => Promise<T>,
): Promise<T> {
  const { openStore } = await import('../server/store/index.ts');
  const store = await openStore(config, { create, keepOlder: true, onMade: noteMade, answerMs: ANSWER_MS });
  try {
    return await work(store);
  } catch (error) {
    throw await explained(config, error);
  } finally {
    await store.close();
  }
}

/** What went wrong while the database was open: its errors say what to do, all others stay as they are. */
export async function explained(config: Config, error: unknown): Promise<unknown> {
  if (!isOfDatabase(error)) return error;
  const { connectionError } = await import('../server/store/index.ts');
  return connectionError(config, error);
}

/** TypeORM adds `driverError` to what a query ends with; mysql2 calls fatal what ends a connection. */
function isOfDatabase(error: unknown): boolean {
  return error instanceof Error && ('driverError' in error || ('fatal' in error && error.fatal === true));
}

/**
 * As withStore, for what administrators do: with the secret, and a way to the servers that run. A server that was not
 * told of a change is named in a note, and the exit code is 1; what was stored stays stored.
 */
export function withAdmin<T>(
  config: Config,
  { create }: { create: boolean },
  work: (admin: CliAdmin) => Promise<T>,
): Promise<T> {
  return withStore(config, { create }, async (store) => {
    const secret = await openSecret(config, store);
    const now = () => new Date();
    const servers = new OtherServers({
      store,
      secret,
      now,
      publicUrl: config.http.publicUrl,
      onUntold: (url) => {
        process.exitCode = 1;
        printNote(`the server at ${url} does not answer; people in a room there are not told of this.`);
      },
    });
    return work({ store, secret, now, config, servers, live: servers, actor: actorOf(accountName()) });
  });
}

/** A shell without the server's settings leads to another database than the server's, where nobody misses it. */
function noteMade(database: string): void {
  printNote(
    `there was no data of webinterview yet, so a new database was made: ${database}. If the server uses another one, name its configuration with --config, or its folder with --data-dir.`,
  );
}

/** As long as the audit's column takes, in whole characters; an account of a directory may have a longer name. */
const actorOf = (account: string) => [...`cli:${account}`].slice(0, 128).join('');

function accountName(): string {
  try {
    return userInfo().username;
  } catch {
    // An account number without a name, as in some containers.
    return String(process.getuid?.() ?? 'unknown');
  }
}
