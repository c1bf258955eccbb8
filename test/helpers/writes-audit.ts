/**
 * A process that writes to the audit without end, in the database of the data directory and address that it is given:
 * to be frozen with SIGSTOP. Prints a line for each entry that was stored.
 */
import { loadConfig } from '../../src/server/config.ts';
import { auditEntry } from '../../src/server/room/audit.ts';
import { openStore } from '../../src/server/store/index.ts';

const [, , dataDir, url] = process.argv;
const config = await loadConfig({ flags: { dataDir, 'database.url': url }, env: {}, nodeEnv: 'test' });
const store = await openStore(config, { create: false });
for (;;) {
  const entry = auditEntry('room.ended', { at: new Date(), roomId: null, actor: 'cli:frozen' });
  await store.audit.record([entry]).then(
    () => console.log(entry.id),
    ({ message }) => console.error(message),
  );
}
