import { Administration } from './administration.ts';
import { CallFeatures } from './call-features.ts';
import { ChatHistory } from './chat-history.ts';
import { Initial } from './initial.ts';
import { NamesOnce } from './names-once.ts';
import { SeatServers } from './seat-servers.ts';
import { Seats } from './seats.ts';

/** Oldest first. A migration that was released is never changed. */
export const migrations = [Initial, CallFeatures, Administration, Seats, NamesOnce, ChatHistory, SeatServers];
