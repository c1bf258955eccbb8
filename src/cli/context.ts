import { userInfo } from 'node:os';
import type { Admin } from '../server/admin/live.ts';
import { OtherServers } from '../server/admin/servers.ts';
import { type Config, loadConfig } from '../server/config.ts';
import { openSecret } from '../server/secret.ts';
import type { Store } from '../server/store/index.ts';
import { printNote } from './output.ts';

export type CommonOptions = { config?: string; dataDir?: string; json?: boolean; verbose?: boolean };

/** An administrator at this terminal, with what the commands need. */
export type CliAdmin = Admin<Store> & { config: Config; secret: Buffer; servers: OtherServers };

/** The configuration as the options of a command, the environment and the files give it. */
export function configOf(options: CommonOptions, flags: Record<string, unknown> = {}): Config {
  return loadConfig({ configFile: options.config, flags: { dataDir: options.dataDir, ...flags } });
}

/** Opens the database for `work` and lets it go afterwards, however that ends. */
export async function withStore<T>(
  config: Config,
  { create }: { create: boolean },
  work: (store: Store) => Promise<T>,
): Promise<T> {
  const { openStore } = await import('../server/store/index.ts');
  const store = await openStore(config, { create });
  try {
    return await work(store);
  } finally {
    await store.close();
  }
}

/**
 * As withStore, for what administrators do: with the secret, and a way to the servers that run. A server that
 * cannot be told is named in a note; what was stored stays stored.
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
      ...{ store, secret, now },
      onUnreachable: ({ url }) =>
        printNote(
          `the server at ${url} does not answer; people who are in a room there hear nothing of this.`,
        ),
    });
    return work({ store, secret, now, config, servers, live: servers, actor: `cli:${accountName()}` });
  });
}

function accountName(): string {
  try {
    return userInfo().username;
  } catch {
    // An account number without a name, as in some containers.
    return String(process.getuid?.() ?? 'unknown');
  }
}
