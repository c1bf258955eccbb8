import { proxyProblemOf } from './answers.ts';

/** Milliseconds without a byte after which a file is given up; the server gives up such a reader after as long. */
const STALLED_MS = 30_000;

/** The server, or a proxy in front of it, does not give a file. */
export class FileRefused extends Error {
  /** tooFast: too many are asked for; away: the server cannot be reached for now; gone: for good. */
  readonly why: 'tooFast' | 'away' | 'gone';

  constructor(status: number) {
    super(`file: ${status}`);
    this.why = status === 429 ? 'tooFast' : proxyProblemOf(status) === 'away' ? 'away' : 'gone';
  }
}

/**
 * Fetches all that an address gives.
 * @throws {FileRefused}; Error of another kind when the line is away, or brings nothing for so long that it is dead
 */
export async function fetchWhole(
  url: string,
  headers: Record<string, string>,
  stalledMs = STALLED_MS,
): Promise<Blob> {
  const dead = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const awaitMore = () => {
    clearTimeout(timer);
    timer = setTimeout(() => dead.abort(), stalledMs);
  };
  awaitMore();
  try {
    const answer = await fetch(url, { headers, signal: dead.signal });
    if (!answer.ok) throw new FileRefused(answer.status);
    return await readWhole(answer, awaitMore);
  } finally {
    clearTimeout(timer);
  }
}

async function readWhole({ body }: Response, onMore: () => void): Promise<Blob> {
  const pieces: Uint8Array<ArrayBuffer>[] = [];
  // Of a file of no bytes some browsers give no body.
  const reader = body?.getReader();
  for (let piece = await reader?.read(); piece && !piece.done; piece = await reader?.read()) {
    pieces.push(piece.value);
    onMore();
  }
  return new Blob(pieces);
}
