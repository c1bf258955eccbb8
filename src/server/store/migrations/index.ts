import { Administration } from './Administration.ts';
import { CallFeatures } from './CallFeatures.ts';
import { Cancellations } from './Cancellations.ts';
import { ChatHistory } from './ChatHistory.ts';
import { ComposedNames } from './ComposedNames.ts';
import { Initial } from './Initial.ts';
import { MailAddresses } from './MailAddresses.ts';
import { NamesOnce } from './NamesOnce.ts';
import { OpenEarly } from './OpenEarly.ts';
import { RoomTitles } from './RoomTitles.ts';
import { SeatServers } from './SeatServers.ts';
import { Seats } from './Seats.ts';
import { WaitingMessage } from './WaitingMessage.ts';

/** Oldest first. A migration that was released is never changed. */
export const migrations = [
  Initial,
  CallFeatures,
  Administration,
  Seats,
  NamesOnce,
  ChatHistory,
  SeatServers,
  ComposedNames,
  WaitingMessage,
  MailAddresses,
  OpenEarly,
  RoomTitles,
  Cancellations,
];
