import { type Config, loadConfig } from '../server/config.ts';
import type { Store } from '../server/store/index.ts';

export type CommonOptions = { config?: string; dataDir?: string; json?: boolean; verbose?: boolean };

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
