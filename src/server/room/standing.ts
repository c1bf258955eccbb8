import type { SeatRecord } from './records.ts';

/** The attendance record of a stay in the call that goes on now. */
export type Stay = { id: string; enteredAt: Date };

/** Where a person stands. In the call without a stay: it ended in good order with the server before, and another begins when they are back. */
export type Standing = { state: 'waiting' | 'requesting' } | { state: 'inCall' | 'held'; stay: Stay | null };

/** As it was stored. */
export function standingOf({ state, stayId, enteredAt }: SeatRecord): Standing {
  if (state === 'waiting' || state === 'requesting') return { state };
  return { state, stay: stayId && enteredAt ? { id: stayId, enteredAt } : null };
}
