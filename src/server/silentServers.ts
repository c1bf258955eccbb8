import type { OtherServersSeen } from './room/ReservedSeats.ts';

/** Milliseconds between two looks at servers that did not answer. */
const LOOK_MS = 5000;

export type SilentServers = {
  /** The other servers of this database as they are now; who has died is not among them. */
  look: () => Promise<OtherServersSeen>;
  /** Which of the silent ones are known by now to live, or to be gone. */
  settle: (known: { living: string[]; gone: string[] }) => void;
  onError: (error: unknown) => void;
  lookMs?: number;
};

/**
 * Looks again after servers that did not answer when this one started, until of each it is known whether it lives.
 * @returns what stops it
 */
export function followSilent(
  ids: string[],
  { look, settle, onError, lookMs = LOOK_MS }: SilentServers,
): () => void {
  let silent = ids;
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  const wait = () => {
    if (silent.length > 0 && !stopped) timer = setTimeout(() => void turn(), lookMs).unref();
  };
  const turn = async () => {
    try {
      const others = await look();
      const living = silent.filter((id) => others.living.includes(id));
      const still = silent.filter((id) => others.silent.includes(id));
      const gone = silent.filter((id) => !living.includes(id) && !still.includes(id));
      silent = still;
      if (!stopped) settle({ living, gone });
    } catch (error) {
      onError(error);
    }
    wait();
  };
  wait();
  return () => {
    stopped = true;
    clearTimeout(timer);
  };
}
