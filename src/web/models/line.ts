import { effect, type ReadonlySignal } from '@preact/signals';

const POLL_MS = 2_000;
/**
 * The share of the pictures' packets that is lost. Up to a fifth, the sound is whole all the same, as it is sent again
 * (see docs/lines.md): a camera that is off would help nobody.
 */
const LOST = 0.25;
/** Less than this cannot carry a picture beside the voice. */
const LEAST_BITS = 90_000;
/** So many looks count together: a lorry before the window is no bad line. */
const LOOKS = 5;

export type LineFigures = {
  /** Packets of pictures sent so far, without those that were sent again. */
  sent: number;
  /** How many of them did not arrive, as far as the server has reported. */
  lost: number;
  /** What the browser thinks it may send, in bits per second; null: unknown. */
  available: number | null;
};

/**
 * What decides, without a connection: feed it figures, null while nothing is known, it says when the line has been bad
 * for too long.
 */
export function createLineJudge() {
  let looks: LineFigures[] = [];
  return (now: LineFigures | null): boolean => {
    looks = now ? [...(isSequel(now, looks.at(-1)) ? looks.slice(1 - LOOKS) : []), now] : [];
    const [first] = looks;
    if (!now || !first || looks.length < LOOKS) return false;
    const sent = now.sent - first.sent;
    return (
      (sent > 0 && (now.lost - first.lost) / sent > LOST) ||
      looks.every(({ available }) => (available ?? Number.POSITIVE_INFINITY) < LEAST_BITS)
    );
  };
}

/**
 * Whether figures count on from those before. Transports that are made anew begin at 0 again, and a shared screen that
 * is ended takes its own out of the sum: between such looks no difference says anything.
 */
const isSequel = (now: LineFigures, before: LineFigures | undefined) =>
  before === undefined || (now.sent >= before.sent && now.lost >= before.lost);

/**
 * What the server reports about the pictures that are sent. Not about the sound: there it reports the worst of the
 * listeners' loss as well, so that the browser adds as much to repair it, and theirs may be the bad line.
 */
export function lineFigures(report: RTCStatsReport): LineFigures {
  const figures: LineFigures = { sent: 0, lost: 0, available: null };
  for (const stats of report.values()) {
    if (stats.type === 'outbound-rtp' && stats.kind === 'video')
      figures.sent += (stats.packetsSent ?? 0) - (stats.retransmittedPacketsSent ?? 0);
    if (stats.type === 'remote-inbound-rtp' && stats.kind === 'video') figures.lost += stats.packetsLost ?? 0;
    if (stats.type === 'candidate-pair' && stats.nominated)
      figures.available = stats.availableOutgoingBitrate ?? figures.available;
  }
  return figures;
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
      if (isBad(report && lineFigures(report))) onBad();
    }, POLL_MS);
    return () => clearInterval(timer);
  });
}
