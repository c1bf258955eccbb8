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
  /** People connected to one room at once, waiting ones included. */
  peersPerRoom: 20,
} as const;
