import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';

/** As much as Node takes for a socket before it asks to wait. */
const PIECE_BYTES = 64 * 1024;

/** The content in pieces, each when the one before has gone: a socket copies what waits in it, with TLS all of it. */
export function inPieces(content: Buffer): Readable {
  function* pieces() {
    for (let at = 0; at < content.length; at += PIECE_BYTES) yield content.subarray(at, at + PIECE_BYTES);
  }
  return Readable.from(pieces(), { highWaterMark: 1 });
}

/** Milliseconds without progress until a reader is cut, and its place given back: longer than a bad line is silent. */
const STALLED_MS = 30_000;

/**
 * Cuts a reader who for so long has taken nothing of what waits for them. What the reader sends meanwhile is no progress, as it
 * would be for the socket's own timeout.
 */
export function cutWhenStalled(response: ServerResponse, stalledMs = STALLED_MS): void {
  const timer = setTimeout(() => {
    // All was taken: what is to come is read from the database yet.
    if (response.writableNeedDrain || response.writableEnded) response.destroy();
    else timer.refresh();
  }, stalledMs);
  response.on('drain', () => timer.refresh());
  whenOver(response, () => clearTimeout(timer));
}

/** However an answer ends; at once when its reader has gone already. */
export function whenOver(response: ServerResponse, then: () => void): void {
  if (response.closed) then();
  else response.once('close', then);
}
