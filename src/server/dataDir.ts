/** What lies in a data directory. */
import { join } from 'node:path';

/** Where each thing is there, whether or not it is there yet. */
export const filesIn = (dataDir: string) => ({
  /** The embedded database. */
  database: join(dataDir, 'webinterview.sqlite'),
  /** That the directory is one server's alone. */
  lock: join(dataDir, 'server.lock'),
  /** Where a running server leaves its address for the commands beside it. */
  address: join(dataDir, 'server.json'),
  /** Unless the configuration names another place. */
  secret: join(dataDir, 'secret'),
});
