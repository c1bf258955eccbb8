/** A line that can become bad in mid-call: lossy, narrow or long, in either direction. */
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { ExecutionContext } from 'ava';
import type { RelayData } from './delay-relay.ts';
import { type Line, makeLine } from './netns.ts';

/** One figure for each direction as the person behind the line has it; none: as it was made. */
export type Directions = { down?: number; up?: number };

export type WeakLine = Line & {
  /** Of all packets this share in a hundred is lost at random. */
  lose(percent: Directions): void;
  /** So many kilobits a second pass, headers included, with a queue of 200 ms before them. */
  narrow(kbps: Directions): void;
  /** UDP takes so many milliseconds longer on its way; asks for `far`. */
  delay(ms: number): void;
  /** As it was made. */
  mend(): void;
};

export type WeakLineOptions = {
  /** Puts a relay on the way to the media's port, over which `delay` works: UDP alone gets there, and by the relay. */
  far?: { mediaPort: number; relayPort: number };
};

// By its path: npm puts another program of this name, of a dependency, before it on PATH.
const nft = '/usr/sbin/nft';
const table = 'weak_line';

/** Makes a line that is good at first; it is gone with the test. */
export async function makeWeakLine(t: ExecutionContext, { far }: WeakLineOptions = {}): Promise<WeakLine> {
  const line = await makeLine(t);
  const here = (input: string | null, command: string[]) => run([], input, command);
  const there = (input: string | null, command: string[]) => run(line.enter, input, command);
  const { near, far: other } = line;
  // A packet of the kernel's offloading is as large as the whole queue of a narrow line.
  here(null, ['ip', 'link', 'set', near, 'gso_max_segs', '1']);
  there(null, ['ip', 'link', 'set', other, 'gso_max_segs', '1']);
  const name = `${table}_${near}`;
  const delay = far ? await relay(t, line, far) : () => undefined;
  const mend = () => {
    for (const [on, card] of [
      [here, near],
      [there, other],
    ] as const) {
      on(`add table inet ${name}\ndelete table inet ${name}\n`, [nft, '-f', '-']);
      on(null, ['tc', 'qdisc', 'replace', 'dev', card, 'root', 'pfifo']);
    }
    delay(0);
  };
  t.teardown(() => here(`add table inet ${name}\ndelete table inet ${name}\n`, [nft, '-f', '-']));
  return {
    ...line,
    delay,
    mend,
    // Where it arrives: dropped where it leaves, the sender would be told.
    lose({ down, up }) {
      if (up) here(dropping(name, near, up), [nft, '-f', '-']);
      if (down) there(dropping(name, other, down), [nft, '-f', '-']);
    },
    narrow({ down, up }) {
      if (down) here(null, shaping(near, down));
      if (up) there(null, shaping(other, up));
    },
  };
}

function run(enter: string[], input: string | null, command: string[]): void {
  const [program = '', ...rest] = [...enter, ...command];
  execFileSync(program, rest, { ...(input !== null && { input }), stdio: 'pipe' });
}

const dropping = (name: string, card: string, percent: number) => `table inet ${name} {
  chain lose {
    type filter hook input priority 0;
    iifname "${card}" numgen random mod 100 < ${percent} drop
  }
}
`;

// A bucket of three full packets: what passes is what the line is wide, not what it has saved up.
const shaping = (card: string, kbps: number) =>
  `tc qdisc replace dev ${card} root handle ${++shapes}: tbf rate ${kbps}kbit burst 4600 latency 200ms`.split(
    ' ',
  );
let shapes = 1;

async function relay(
  t: ExecutionContext,
  { near, hostAddress }: Line,
  { mediaPort, relayPort }: NonNullable<WeakLineOptions['far']>,
): Promise<(ms: number) => void> {
  const workerData: RelayData = { port: relayPort, to: { address: hostAddress, port: mediaPort } };
  const thread = new Worker(new URL('./delay-relay.ts', import.meta.url), { workerData });
  t.teardown(() => thread.terminate());
  await once(thread, 'message');
  const name = `far_${near}`;
  run(
    [],
    `table ip ${name} {
  chain relay {
    type nat hook prerouting priority dstnat;
    iifname "${near}" udp dport ${mediaPort} redirect to :${relayPort}
  }
  chain refuse {
    type filter hook input priority 0;
    iifname "${near}" tcp dport ${mediaPort} reject with tcp reset
  }
}
`,
    [nft, '-f', '-'],
  );
  t.teardown(() => run([], null, [nft, 'delete', 'table', 'ip', name]));
  return (ms) => thread.postMessage(ms);
}
