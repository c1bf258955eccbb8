import type { Config } from '../../server/config.ts';
import { openStore } from '../../server/store/index.ts';
import { type Check, ng, type Outcome, ok, skipped, warning, worstOf } from './types.ts';

const ANSWER_MS = 5000;
/** Links open and close by this clock; TURN credentials and signatures allow for minutes. */
const SKEW_MS = { small: 2_000, large: 60_000 };

/** This machine's clock against others': the database server's, and that of whatever answers at http.publicUrl. */
export const clockCheck = (config: Config): Check => ({
  id: 'clock',
  label: 'Clock',
  async run() {
    const others = await Promise.all([ofDatabase(config), ofPublicUrl(config)]);
    const known = others.filter((other) => other !== null);
    if (known.length === 0) return skipped('nothing answers to compare it with (database server, publicUrl)');
    return worstOf(known.map(({ skewMs, of }) => clockOutcome(skewMs, of)));
  },
});

/** @param skewMs how far this clock is ahead of the other; behind it: negative */
export function clockOutcome(skewMs: number, of: string): Outcome {
  const text =
    Math.abs(skewMs) <= SKEW_MS.small
      ? `as ${of}`
      : `${Math.round(Math.abs(skewMs) / 1000)} s ${skewMs > 0 ? 'ahead of' : 'behind'} ${of}`;
  const remedy = 'Keep the clocks of all machines right with NTP (systemd-timesyncd or chrony).';
  if (Math.abs(skewMs) > SKEW_MS.large) return ng(text, remedy);
  return Math.abs(skewMs) > SKEW_MS.small ? warning(text, remedy) : ok(text);
}

type Other = { skewMs: number; of: string };

async function ofDatabase(config: Config): Promise<Other | null> {
  if (!config.database.url) return null;
  try {
    const store = await openStore(config, { create: false });
    try {
      return { skewMs: await skewOf(() => store.now()), of: 'the database server' };
    } finally {
      await store.close();
    }
  } catch {
    // What is wrong with the database is the database's check to say.
    return null;
  }
}

async function ofPublicUrl({ http: { publicUrl } }: Config): Promise<Other | null> {
  if (!publicUrl) return null;
  const ask = async () => {
    const signal = AbortSignal.timeout(ANSWER_MS);
    const { headers } = await fetch(publicUrl, { method: 'HEAD', signal, redirect: 'manual' });
    // The header has whole seconds: half of one is its mean error.
    return new Date(Date.parse(headers.get('date') ?? '') + 500);
  };
  const skewMs = await skewOf(ask).catch(() => Number.NaN);
  return Number.isNaN(skewMs) ? null : { skewMs, of: new URL(publicUrl).host };
}

/** Our time in the middle of the question, less the one that was answered: of two questions that of the quicker, as the first one has to connect. */
async function skewOf(ask: () => Promise<Date>): Promise<number> {
  const [first, second] = [await timed(ask), await timed(ask)];
  return (second.tookMs < first.tookMs ? second : first).skewMs;
}

async function timed(ask: () => Promise<Date>): Promise<{ skewMs: number; tookMs: number }> {
  const before = Date.now();
  const theirs = (await ask()).getTime();
  const after = Date.now();
  return { skewMs: (before + after) / 2 - theirs, tookMs: after - before };
}
