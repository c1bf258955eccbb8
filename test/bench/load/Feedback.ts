/** What a receiver tells the server of the packets that have come: transport-wide congestion control feedback. */

const TICK_MS = 0.25;
/** Of the reference time. */
const BASE_MS = 64;
const LONGEST_RUN = 0x1fff;
/** Of 16 bits with a sign: about 8 s. */
const LONGEST_TICKS = 0x7fff;

/** draft-holmer-rmcat-transport-wide-cc-extensions-01, section 3.1; packets come in order over loopback. */
export class Feedback {
  #arrivals: { sequence: number; at: number }[] = [];
  #count = 0;
  #next: number | null = null;
  #lastSent: number | null = null;
  #lineMs = 0;

  /**
   * As if the line took the same time for every packet: when this process gets to read it says nothing of the line.
   * @param sent when the server sent it, as it has written into the packet: 6.18 bits of seconds
   */
  arrived(sequence: number, sent: number): void {
    const ticks = this.#lastSent === null ? 0 : ((sent - this.#lastSent) << 8) >> 8;
    this.#lastSent = sent;
    this.#lineMs += (ticks / 2 ** 18) * 1000;
    this.#arrivals.push({ sequence, at: this.#lineMs });
  }

  /** The report on what has come since the last one, those that were lost between them included; null: nothing has. */
  report(): Buffer | null {
    const arrivals = this.#arrivals;
    const [first] = arrivals;
    this.#arrivals = [];
    if (!first) return null;
    const base = this.#next ?? first.sequence;
    const reference = Math.floor(first.at / BASE_MS);
    const statuses: number[] = [];
    const deltas: Buffer[] = [];
    let last = reference * BASE_MS;
    for (const { sequence, at } of arrivals) {
      const place = (sequence - base) & 0xffff;
      if (place < statuses.length || place > LONGEST_RUN) continue;
      while (statuses.length < place) statuses.push(0);
      const ticks = Math.min(LONGEST_TICKS, Math.max(0, Math.round((at - last) / TICK_MS)));
      last = ticks < LONGEST_TICKS ? last + ticks * TICK_MS : at;
      statuses.push(ticks > 255 ? 2 : 1);
      const delta = Buffer.alloc(ticks > 255 ? 2 : 1);
      deltas.push(delta);
      delta.writeUIntBE(ticks, 0, delta.length);
    }
    this.#next = (base + statuses.length) & 0xffff;
    return this.#packet({ base, count: statuses.length, reference }, [...runs(statuses), ...deltas]);
  }

  #packet(
    { base, count, reference }: { base: number; count: number; reference: number },
    parts: Buffer[],
  ): Buffer {
    const head = Buffer.alloc(20);
    head.set([0x8f, 205]);
    head.writeUInt32BE(1, 4);
    head.writeUInt32BE(1, 8);
    head.writeUInt16BE(base, 12);
    head.writeUInt16BE(count, 14);
    head.writeUIntBE(reference & 0xff_ffff, 16, 3);
    head[19] = this.#count++ & 0xff;
    const packet = Buffer.concat([head, ...parts]);
    const padded = Buffer.concat([packet, Buffer.alloc((4 - (packet.length % 4)) % 4)]);
    padded.writeUInt16BE(padded.length / 4 - 1, 2);
    return padded;
  }
}

/** Equal statuses one after the other, as run length chunks. */
function runs(statuses: number[]): Buffer[] {
  const chunks: Buffer[] = [];
  for (let at = 0; at < statuses.length; ) {
    let end = at + 1;
    while (end < statuses.length && statuses[end] === statuses[at] && end - at < LONGEST_RUN) end++;
    const chunk = Buffer.alloc(2);
    chunk.writeUInt16BE(((statuses[at] as number) << 13) | (end - at));
    chunks.push(chunk);
    at = end;
  }
  return chunks;
}
