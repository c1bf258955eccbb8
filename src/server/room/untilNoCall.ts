import type { Clock } from './ports.ts';
import type { Room } from './Room.ts';

/** Milliseconds between two looks whether a call still runs while the server waits for them to end. */
const LOOK_MS = 200;

/** Resolves when no call is running any more, after `ms` milliseconds, or when `hurry` is aborted. */
export async function untilNoCall(
  rooms: () => Promise<Room[]>,
  { clock, ms, hurry }: { clock: Clock; ms: number; hurry: AbortSignal },
): Promise<void> {
  let isOver = false;
  const forget = clock.after(ms, () => {
    isOver = true;
  });
  while (!isOver && !hurry.aborted && (await rooms()).some((room) => room.people.hasCall))
    await new Promise<void>((resolve) => void clock.after(LOOK_MS, resolve));
  forget();
}
