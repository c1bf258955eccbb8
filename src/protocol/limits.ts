/** Every number that both ends must agree on, once. Sources: the manual's sections in brackets. */
export const limits = {
  /** Characters (code points) in a person's or a company's name. */
  nameCharacters: 64,
  /** Characters in one chat message [4-2]. */
  chatCharacters: 255,
  /** Characters in a room's name. */
  roomNameCharacters: 64,
  /** Bytes of one WebSocket frame; a larger one closes the connection with 1009. The largest real one is an
   * RTP capabilities object of about 12 kB. */
  frameBytes: 64 * 1024,
  /** People in a room at once who came by the same link, waiting ones included. */
  peersPerLink: 20,
  /** Open sockets of one link: every person's, and a few that are being replaced. */
  socketsPerLink: 40,
  /** Requests of one socket. Entering a call takes about 15 at once; a person's own doing is a few in a second. */
  requests: { burst: 100, perSecond: 20 },
  /** Milliseconds from opening a socket to `join`. */
  joinMs: 15_000,
  /** Bytes that may wait for a slow receiver before its socket is given up; it comes back and asks anew. */
  waitingBytes: 4 * 1024 * 1024,
} as const;
