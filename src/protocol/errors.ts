/**
 * What can go wrong between the page and the server, by kind. The page has a sentence for each in each
 * language; the message that travels with it is English, for logs and programs.
 */
export const errorCodes = [
  'link_unknown',
  'link_early',
  'link_expired',
  'link_revoked',
  'locked_out',
  'seat_taken',
  'room_full',
  'server_full',
  'bad_request',
  'unknown_method',
  'not_allowed',
  'wrong_state',
  'not_found',
  'too_fast',
  'too_big',
  'sharing_taken',
  'media_unavailable',
  'store_unavailable',
  'server_stopping',
  'internal',
] as const;

/** A kind of error; whoever adds one is told by the compiler where it has to be answered. */
export type ErrorCode = (typeof errorCodes)[number];

/** WebSocket close codes: RFC 6455's where they fit, else from its private range (4000-4999). */
export const closeCodes = {
  /** The server stops or restarts; the page tries again. */
  goingAway: 1001,
  /** A frame that is not valid JSON of the protocol. */
  malformed: 1002,
  /** Too many requests, or no `join`: the page may try again. */
  tooMuch: 1008,
  /** A frame over limits.frameBytes. */
  tooBig: 1009,
  /** The page reads too slowly what it is sent (IANA's registry: "Try Again Later"); it comes back by itself. */
  tooSlow: 1013,
  /** The link was refused; the `refused` notification before it says why. */
  refused: 4401,
  /** The page speaks another version of the protocol: it must be reloaded. */
  version: 4409,
  /** The same seat was opened in another tab of this browser. */
  replaced: 4410,
  /** The call is over or the person has left. */
  ended: 4411,
  /** The page says that it is being closed or loaded anew, as browsers say with 1001, if at all. */
  pageClosed: 4412,
  /** The page may be shown again as it is (the browser's back/forward cache), and comes back by itself then. */
  pageHidden: 4413,
} as const;
