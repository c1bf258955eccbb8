import { effect, type ReadonlySignal } from '@preact/signals';

const POLL_MS = 2_000;
/** This much of what is sent is lost: speech suffers (ITU-T G.1070 puts a call's comfort far below). */
const LOST = 0.15;
/** Less than this cannot carry a picture beside the voice. */
const LEAST_BITS = 90_000;
/** So many bad looks in a row: a lorry before the window is no bad line. */
const BAD_LOOKS = 4;

export type LineFigures = {
  /** Of the packets sent, the share that was lost; null: not reported yet. */
  lost: number | null;
  /** What the browser thinks it may send, in bits per second; null: unknown. */
  available: number | null;
};

/** What decides, without a connection: feed it figures, it says when the line has been bad for too long. */
export function createLineJudge() {
  let bad = 0;
  return ({ lost, available }: LineFigures): boolean => {
    const isBad = (lost ?? 0) > LOST || (available ?? Number.POSITIVE_INFINITY) < LEAST_BITS;
    bad = isBad ? bad + 1 : 0;
    return bad >= BAD_LOOKS;
  };
}

/** The worst of what the other side reports about what is sent. */
export function lineFigures(report: RTCStatsReport): LineFigures {
  let lost: number | null = null;
  let available: number | null = null;
  for (const stats of report.values()) {
    if (stats.type === 'remote-inbound-rtp') lost = Math.max(lost ?? 0, stats.fractionLost ?? 0);
    if (stats.type === 'candidate-pair' && stats.nominated)
      available = stats.availableOutgoingBitrate ?? available;
  }
  return { lost, available };
}

export type LineOptions = {
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
      if (report && isBad(lineFigures(report))) onBad();
    }, POLL_MS);
    return () => clearInterval(timer);
  });
}
