import { UserError } from '../errors.ts';

/** The addresses of servers that did not answer: nobody knows what goes on there. */
export type Silent = { silent: string[] };

/** What a change means for people who are in a room now. */
export interface LiveRooms {
  /**
   * Reads the room anew where it is live: who came by a link that is no more has to go, and everyone when it was
   * closed or deleted. Resolves when they are told.
   */
  refresh(roomId: string): Promise<void>;
  /** Ends the call for everyone; false: nobody was in the room, as far as is known. */
  end(roomId: string): Promise<{ ended: boolean } & Silent>;
  /** Whether anybody is known to be in the room now. */
  isLive(roomId: string): Promise<{ live: boolean } & Silent>;
  /** The ids of all rooms that somebody is known to be in now. */
  liveIds(): Promise<{ ids: string[] } & Silent>;
}

/** Who does what an administrator asks for, with what, and when. */
export type Admin<S> = {
  store: S;
  now: () => Date;
  /** As in the audit: `cli:<account>` or `key:<id>`. */
  actor: string;
  live: LiveRooms;
};

/** What cannot be said or done while nobody knows whether people are in the room on a server that does not answer. */
export const mayBeLive = ({ name }: { name: string }, silent: string[]) =>
  new UserError(
    `People may be in the room ${name} now: ${silentText(silent)}. ${untilItAnswers(silent)}, then try again.`,
    { code: 'unavailable' },
  );

/** Within a sentence. */
export const silentText = (silent: string[]) =>
  silent.length === 1
    ? `the server at ${silent[0]} does not answer`
    : `the servers at ${silent.join(' and ')} do not answer`;

/** What to do about servers that do not answer. */
export function untilItAnswers(silent: string[]): string {
  const [them, answer, they] =
    silent.length === 1 ? ['it', 'it answers', 'it has died'] : ['them', 'they answer', 'they have died'];
  return `Stop ${them}, or wait until ${answer} (two minutes at most if ${they})`;
}
