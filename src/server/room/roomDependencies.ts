import type { AuditGroup } from './AuditGroup.ts';
import type { AuditEntry } from './audit.ts';
import type { LinkRates } from './LinkRates.ts';
import type { Clock, OpenRoomMedia, Relay, RoomStore } from './ports.ts';
import type { RetryQueue } from './RetryQueue.ts';
import type { Returning } from './Returning.ts';
import type { SeatKeeper } from './SeatKeeper.ts';

/** What a live room needs: the ports, and what it shares with the other rooms of the process. */
export type RoomDependencies = {
  store: RoomStore;
  clock: Clock;
  seats: SeatKeeper;
  /** How often people come by each link, in whichever room. */
  rates: LinkRates;
  /** Who has left a call and may come back, of whichever room. */
  returning: Returning;
  /** What is written into the audit, with that of all other rooms. */
  audit: AuditGroup;
  /** What nobody waits for, of all rooms: it outlives them. */
  later: RetryQueue;
  /** @throws {AppError} server_full when no call may begin */
  assertMayBegin: () => void;
  openMedia: OpenRoomMedia;
  /** How early rooms open that say nothing of their own, in minutes. */
  openEarlyMinutes: number;
  graceMs: number;
  relay: Relay;
  /** A room was changed by who is in it: every server that has it live reads it again. @throws what the store throws */
  onChanged: (roomId: string) => Promise<void>;
  /** A fault that no one asked about, for the log; of which room, where it is one's. */
  onError: (error: unknown, roomId?: string) => void;
  /** Hears of what happens in rooms, as the audit does. */
  onNoted?: (entry: AuditEntry) => void;
  /** Somebody who had asked was let in, after so many milliseconds. */
  onAdmitted?: (waitedMs: number) => void;
};
