import type { OtherServersSeen } from './room/ports.ts';
import type { SeatsToTake } from './room/records.ts';

/** Milliseconds between two looks at servers that did not answer. */
const LOOK_MS = 5000;

/** What is needed to find out who is gone, and whom to tell. */
export type TakeOver = {
  /** The ids of all servers that seats name; null: those of an earlier version, which named none. */
  servers: () => Promise<(string | null)[]>;
  /** Looks at these servers, and at all others that run. */
  look: (ids: string[]) => Promise<OtherServersSeen>;
  rooms: {
    takeSeats(which: SeatsToTake): Promise<void>;
    /** Whose seats may be taken by whoever shows the key of one, and comes here. */
    doubt(ids: string[]): void;
  };
  /** Hears once of the servers of which it is not known whether they live; not where there are none. */
  onSilent: (ids: string[]) => void;
  onError: (error: unknown) => void;
  lookMs?: number;
};

/**
 * Takes the seats of servers that are gone: at once, and as soon as it is known those of servers that do not answer. Each
 * look is a fresh one: a server may have been started again and have its people back.
 * @returns what stops it
 */
export async function takeOver(parts: TakeOver): Promise<() => void> {
  const stopped = new AbortController();
  let silent = await turn(parts, await parts.servers());
  let timer: NodeJS.Timeout | undefined;
  const again = async () => {
    try {
      silent = await turn(parts, silent);
    } catch (error) {
      if (!stopped.signal.aborted) parts.onError(error);
    }
    wait();
  };
  const wait = () => {
    if (silent.length === 0 || stopped.signal.aborted) return;
    timer = setTimeout(() => void again(), parts.lookMs ?? LOOK_MS).unref();
  };
  if (silent.length > 0) parts.onSilent(silent);
  wait();
  return () => {
    stopped.abort();
    clearTimeout(timer);
  };
}

/** @returns the ids of those of which it is still not known whether they live */
async function turn({ look, rooms }: TakeOver, servers: (string | null)[]): Promise<string[]> {
  const { living, silent, liveRooms } = await look(servers.filter((id) => id !== null));
  const from = servers.filter((id) => id === null || (!living.includes(id) && !silent.includes(id)));
  if (from.length > 0) await rooms.takeSeats({ from, exceptRooms: liveRooms });
  const doubtful = silent.filter((id) => servers.includes(id));
  rooms.doubt(doubtful);
  return doubtful;
}
