/** What a change means for people who are in a room now. */
export interface LiveRooms {
  /**
   * Reads the room anew where it is live: who came by a link that is no more has to go, and everyone when it was
   * closed or deleted. Resolves when they are told.
   */
  refresh(roomId: string): Promise<void>;
  /** Ends the call for everyone; false: nobody was in the room. */
  end(roomId: string): Promise<boolean>;
  /** Whether anybody is in the room now. */
  isLive(roomId: string): Promise<boolean>;
  /** The ids of all rooms that somebody is in now. */
  liveIds(): Promise<string[]>;
}

/** Who does what an administrator asks for, with what, and when. */
export type Admin<S> = {
  store: S;
  now: () => Date;
  /** As in the audit: `cli:<account>` or `key:<id>`. */
  actor: string;
  live: LiveRooms;
};
