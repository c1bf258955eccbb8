import { effect, type ReadonlySignal } from '@preact/signals';

/** As often as the server reports on pictures. */
const POLL_MS = 1_000;
/**
 * The share of the pictures' packets that is lost. Up to a fifth, the sound is whole all the same, as it is sent again
 * (see docs/lines.md): a camera that is off would help nobody. A share is known from some hundred packets, so it lies apart from that.
 */
const LOST = 0.3;
/** Less than this cannot carry a picture beside the voice. */
const LEAST_BITS = 90_000;
/** Milliseconds whose looks count together: a lorry before the window is no bad line. */
const LONG_MS = 8_000;
/** So many reports at least: where few come through, earlier ones count as well. */
const LEAST_REPORTS = 5;
/** Milliseconds until a report says nothing of the line any more. */
const FORGOTTEN_MS = 30_000;

/** What the server has reported of one stream of pictures. */
type StreamFigures = {
  ssrc: number;
  /** Packets sent so far, those that were sent again and those that only fill included. */
  sent: number;
  /** The share that did not arrive between the newest report and the one before it. */
  lost: number;
  /** When the newest report came; by whatever clock. */
  reportedAt: number;
};

/** How the line is, by the browser's figures of what is sent. */
export type LineFigures = {
  streams: StreamFigures[];
  /** What the browser thinks it may send, in bits per second; null: unknown. */
  available: number | null;
};

type Look = { at: number; lost: number | null; available: number | null };

/**
 * What decides, without a connection: feed it figures, null while nothing is known, and the time in milliseconds; it says when the
 * line has been bad for too long.
 */
export function createLineJudge() {
  const news = createNews();
  let looks: Look[] = [];
  let since: number | null = null;
  return (now: LineFigures | null, at: number): boolean => {
    if (!now) return false;
    since ??= at;
    looks = looks.filter((look) => at - look.at < FORGOTTEN_MS);
    looks.push({ at, lost: news(now.streams), available: now.available });
    if (at - since < LONG_MS) return false;
    const recent = looks.filter((look) => at - look.at <= LONG_MS);
    return isLossy(looks, recent) || isNarrow(recent);
  };
}

/** The share that was lost, by the reports that have come since the last time about what was sent since then; null: by none. */
function createNews() {
  let known = new Map<number, StreamFigures>();
  return (streams: StreamFigures[]): number | null => {
    let sent = 0;
    let lost = 0;
    for (const stream of streams) {
      const before = known.get(stream.ssrc);
      // A layer that rests is reported on all the same, and nothing of it is lost.
      const more = stream.sent - (before?.sent ?? 0);
      if (stream.reportedAt === before?.reportedAt || more <= 0) continue;
      sent += more;
      lost += more * stream.lost;
    }
    known = new Map(streams.map((stream) => [stream.ssrc, stream]));
    return sent === 0 ? null : lost / sent;
  };
}

function isLossy(looks: Look[], recent: Look[]): boolean {
  const shares = ({ lost }: Look) => lost ?? [];
  const long = recent.flatMap(shares);
  const reports = long.length < LEAST_REPORTS ? looks.flatMap(shares).slice(-LEAST_REPORTS) : long;
  const mean = reports.reduce((sum, lost) => sum + lost, 0) / reports.length;
  return reports.length >= LEAST_REPORTS && mean > LOST;
}

const isNarrow = (recent: Look[]) =>
  recent.length >= LEAST_REPORTS &&
  recent.every(({ available }) => (available ?? Number.POSITIVE_INFINITY) < LEAST_BITS);

/**
 * What the server reports about the pictures that are sent. Not about the sound: there it reports the worst of the
 * listeners' loss as well, so that the browser adds as much to repair it, and theirs may be the bad line. Not what was lost in all:
 * to compare it with what was sent says little, as browsers count what only fills the line as sent, half of all on a bad one.
 */
export function lineFigures(report: RTCStatsReport): LineFigures {
  const sent = new Map<number, number>();
  const streams: StreamFigures[] = [];
  let available: number | null = null;
  for (const stats of report.values()) {
    if (stats.type === 'outbound-rtp') sent.set(stats.ssrc, stats.packetsSent ?? 0);
    if (stats.type === 'candidate-pair' && stats.nominated)
      available = stats.availableOutgoingBitrate ?? available;
  }
  for (const { type, kind, ssrc, fractionLost: lost, timestamp } of report.values())
    if (type === 'remote-inbound-rtp' && kind === 'video' && lost !== undefined)
      streams.push({ ssrc, sent: sent.get(ssrc) ?? 0, lost, reportedAt: timestamp });
  return { streams, available };
}

type LineOptions = {
  /** Whether the camera is sent now: the only thing that could be spared. */
  sendsCamera: ReadonlySignal<boolean>;
  stats(): Promise<RTCStatsReport | null>;
  onBad(): void;
};

/** Looks after the line while the camera is sent; the returned function ends it. */
export function watchLine({ sendsCamera, stats, onBad }: LineOptions): () => void {
  return effect(() => {
    if (!sendsCamera.value) return;
    const isBad = createLineJudge();
    const timer = setInterval(async () => {
      const report = await stats().catch(() => null);
      if (isBad(report && lineFigures(report), performance.now())) onBad();
    }, POLL_MS);
    return () => clearInterval(timer);
  });
}
