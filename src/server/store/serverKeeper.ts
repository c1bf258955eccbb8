import type { ServerRecord, ServerTable } from './ServerTable.ts';

const SEEN_MS = 30_000;

/**
 * Says at once and then every 30 s that this server is there; the returned function stops that and says that it is
 * gone. The first time must succeed, the others may fail.
 */
export async function keepServer(
  servers: Pick<ServerTable, 'seen' | 'remove'>,
  server: Omit<ServerRecord, 'seenAt'>,
  onError: (error: unknown) => void,
): Promise<() => Promise<void>> {
  const { id, url, host, pid, startedAt } = server;
  const say = () => servers.seen({ id, url, host, pid, startedAt, seenAt: new Date() });
  await say();
  const timer = setInterval(() => void say().catch(onError), SEEN_MS).unref();
  return async () => {
    clearInterval(timer);
    await servers.remove(id).catch(onError);
  };
}
