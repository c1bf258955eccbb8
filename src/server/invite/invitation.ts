import { withoutHidden } from '../../protocol/names.ts';

/** What an invitation says, whoever asks for it; this folder knows nothing of rooms, stores or commands. */
export type Invitation = {
  roomName: string;
  /** What the interview is called to its people, in place of the room's name; null: nothing. */
  title: string | null;
  from: Date;
  /** From when on one can come in: `from` or earlier. */
  opensAt: Date;
  until: Date;
  /** When it was to be, as the reader knows it; null: they know of no other time. */
  movedFrom: { from: Date; until: Date } | null;
  /** In which the date and the time are told, e.g. Asia/Tokyo. */
  timeZone: string;
  language: 'ja' | 'en';
  /** null: for whoever has the link. */
  applicantName: string | null;
  url: string;
  /** Who invites, as the reader knows them, e.g. 株式会社サンプル 採用担当; null: it is not said. */
  company: string | null;
  /** The same for every invitation by this link, so that a calendar replaces or cancels the earlier one. */
  linkId: string;
  /** Rises whenever the room or the link changes; of two, a calendar keeps the higher. */
  revision: number;
};

/**
 * A value in one line of text: without what would begin a new line, is invisible, or turns the reading direction of what
 * stands after it. Of names that are older than the rule for names, or come from the configuration.
 */
export function oneLine(text: string): string {
  return withoutHidden(text.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ')).trim();
}
