import type { ServerRecord, ServerTable } from './ServerTable.ts';

const SEEN_MS = 30_000;

/** A server’s own word that it lives; others take its seats when it has not been heard for a while. */
export type ServerKeeper = {
  /**
   * Says where the server is asked, at once and then every 30 s. The first time must succeed, the others may fail. It has taken the
   * seats of servers that are gone by then: those that died long ago are forgotten.
   */
  listensAt(url: string): Promise<void>;
  /** Says that it is gone. */
  stop(): Promise<void>;
};

/**
 * Says that this server is there, though nobody can ask it yet: before it takes people, as their seats name it, and those of a
 * server that nobody knows are anybody's.
 */
export async function keepServer(
  servers: Pick<ServerTable, 'seen' | 'remove' | 'forgetDead'>,
  server: Omit<ServerRecord, 'seenAt' | 'url'>,
  onError: (error: unknown) => void,
): Promise<ServerKeeper> {
  const { id, host, pid, startedAt } = server;
  const say = (url: string) => servers.seen({ id, url, host, pid, startedAt, seenAt: new Date() });
  let timer: NodeJS.Timeout | undefined;
  await say('');
  return {
    async listensAt(url) {
      await say(url);
      timer = setInterval(() => void say(url).catch(onError), SEEN_MS).unref();
      await servers.forgetDead(new Date()).catch(onError);
    },
    async stop() {
      clearInterval(timer);
      await servers.remove(id).catch(onError);
    },
  };
}
