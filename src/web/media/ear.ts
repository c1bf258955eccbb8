import type { types } from 'mediasoup-client';

const POLL_MS = 100;

/** Whether a transport hears anything of the server: media, or answers to ICE's own questions. */
export function createEar(transport: types.Transport, pollMs = POLL_MS) {
  /** How much each pair of candidates in use has brought so far, by its id: a pair may leave the report and return. */
  const brought = new Map<string, number>();
  let roundTripMs = 0;

  /** Whether anything has come since the last look. Pairs that the server was not told to use do not count. */
  async function look(): Promise<boolean> {
    if (transport.closed) return false;
    // It may be closed while it is asked.
    const report = await transport.getStats().catch(() => null);
    let grown = false;
    for (const stats of report?.values() ?? []) {
      if (stats.type !== 'candidate-pair' || !stats.nominated) continue;
      const now = (stats.responsesReceived ?? 0) + (stats.bytesReceived ?? 0);
      if (now > (brought.get(stats.id) ?? 0)) grown = true;
      brought.set(stats.id, now);
      roundTripMs = (stats.currentRoundTripTime ?? 0) * 1000;
    }
    return grown;
  }

  return {
    /** Of ICE's last question that was answered. */
    roundTripMs: () => roundTripMs,
    async hears(withinMs: number): Promise<boolean> {
      await look();
      const end = performance.now() + withinMs;
      while (performance.now() < end) {
        await new Promise((resolve) => setTimeout(resolve, pollMs));
        if (await look()) return true;
      }
      return false;
    },
  };
}
