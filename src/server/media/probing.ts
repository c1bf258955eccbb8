/** How the server finds out that a receiver's line carries more again. */
import type { MediaConsumer, MediaPeer, MediaTransport } from './MediaPeer.ts';
import { unlessGone } from './refusals.ts';

/** Milliseconds from one look whether there is something to try to the next. */
const LOOK_MS = 3_000;
/** So many looks in a row at which much was lost are no jam, which is over sooner: what is lost says nothing of the width. */
const LONG = 2;
/**
 * Of the looks after such a time: at which it is tried for the first two minutes, and then at each of so many. A line on which it is
 * no better is left more and more alone.
 */
const TURNS = [1, 2, 4, 6, 8, 12, 16, 20, 24, 28, 32, 36, 40];
const SELDOM = 16;
const isTurn = (looks: number) => TURNS.includes(looks) || looks % SELDOM === 0;
/** Of the packets: a line that loses more would be none the better for more of them. */
const LOST = 0.05;
/**
 * Bits per second: half as much again as the larger picture of one camera with its sound. mediasoup goes over to it only where
 * more is left, and with 600,000 it mostly did not (docs/lines.md).
 */
const ENOUGH = 800_000;
/** Of what is thought possible: what is tried where that is more. */
const MORE = 1.5;
/** Of a limit: where so much is possible, the limit is what holds it back. */
const REACHED = 0.9;
/** mediasoup takes notice of a limit that is a tenth apart from the one before. */
const ALIKE = 0.12;
const OTHER = 1.2;

/**
 * When much was lost for long and is no more, and a picture is still smaller than it is wanted though its sender has the larger
 * one, more is tried every few seconds.
 *
 * mediasoup tries by itself (libwebrtc's probing) only while it sends less than 65 % of what it thinks possible. After random
 * loss the smallest picture alone is more than that, and it would stay for minutes. It also tries when the limit of a transport
 * changes, up to the limit, with some packets in twice 15 ms (libwebrtc, probe_controller.cc, OnMaxTotalAllocatedBitrate;
 * mediasoup, TransportCongestionControlClient.cpp). A line that is merely narrow is left alone: measured, tries cost its sound.
 */
export function tryForMore(peer: MediaPeer, transport: MediaTransport, onError: (error: unknown) => void) {
  /** Looks in a row at which much was lost. */
  let lossy = 0;
  /** Looks since that was so for long; null: it was not. */
  let since: number | null = null;
  /** Bits per second; 0: none. */
  let limit = 0;

  async function setLimit(bps: number): Promise<void> {
    if (bps === limit) return;
    await transport.setMaxOutgoingBitrate(bps);
    // Not before: one that could not be taken off would hold the line back for good.
    limit = bps;
  }

  async function look(): Promise<void> {
    const consumers = [...peer.consumers.values()];
    if (!consumers.some(isHeldBack)) {
      // Where nothing is shown just now, it is not known whether the line carries more.
      if (consumers.some(isWhole)) [lossy, since] = [0, null];
      return setLimit(0);
    }
    const [stats] = await transport.getStats();
    if ((stats?.rtpPacketLossSent ?? 0) > LOST) {
      if (++lossy >= LONG) since = 0;
      return setLimit(0);
    }
    lossy = 0;
    if (since === null) return;
    const available = stats?.availableOutgoingBitrate ?? 0;
    const isReached = limit > 0 && available >= REACHED * limit;
    if (isTurn(++since) || isReached) await setLimit(nextLimit(available, limit));
  }

  const timer = setInterval(() => {
    look().catch(unlessGone(onError));
  }, LOOK_MS).unref();
  transport.observer.once('close', () => clearInterval(timer));
}

/** Holds nothing back of what is possible already, and differs from the one before. */
function nextLimit(available: number, before: number): number {
  const enough = Math.round(Math.max(ENOUGH, MORE * available));
  return Math.abs(enough - before) < ALIKE * enough ? Math.round(OTHER * enough) : enough;
}

/** The larger picture is wanted, and comes. */
function isWhole({ paused, currentLayers, preferredLayers }: MediaConsumer) {
  const wanted = preferredLayers?.spatialLayer ?? 0;
  return !paused && wanted > 0 && (currentLayers?.spatialLayer ?? 0) >= wanted;
}

function isHeldBack({ paused, producerPaused, currentLayers, preferredLayers, score }: MediaConsumer) {
  if (paused || producerPaused || !currentLayers || !preferredLayers) return false;
  const wanted = preferredLayers.spatialLayer;
  return currentLayers.spatialLayer < wanted && (score.producerScores[wanted] ?? 0) > 0;
}
