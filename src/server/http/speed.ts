import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import Router from '@koa/router';
import type { Context } from 'koa';
import type { SpeedUp } from '../../protocol/speed.ts';
import { AppError } from '../errors.ts';
import { AtOnce, takeBoth } from '../util/AtOnce.ts';
import { networkOf } from '../util/networkOf.ts';
import { type OpenCheckOptions, openCheck } from './openCheck.ts';

const MIB = 1024 * 1024;
/** Longer than any measurement takes: the page stops reading by itself. */
const LONGEST_MS = 15_000;
/** Of one upload: the page sends much smaller ones, one after the other. */
const UP_BYTES = MIB;
/**
 * At once with one link, from one network and from all: more would measure each other, and one link must not take the line
 * from all. Who comes while they are taken asks again until it is their turn (client/speed.ts); who keeps them is one
 * network alone.
 */
const DOWNLOADS = { ofNetwork: 4, ofLink: 12 };

/**
 * What 「回線速度」 is measured against: bytes that no proxy can compress, down as fast as they are read, up as fast as
 * they are sent. Both ask for a link's token.
 */
export function speedRouter(options: OpenCheckOptions): Router {
  const router = new Router({ prefix: '/api/speed' });
  const ofNetwork = new AtOnce(DOWNLOADS.ofNetwork);
  const ofLink = new AtOnce(DOWNLOADS.ofLink);
  const noise = randomBytes(MIB);

  router.get('/down', async (ctx) => {
    const { id: linkId } = await openCheck(ctx, options);
    const most = mostOf(ctx);
    const giveBack = takeBoth(ofNetwork, `${linkId} ${networkOf(ctx.ip)}`, ofLink, linkId);
    if (!giveBack)
      throw new AppError('too_fast', 'others are being measured with this link; ask again in a second');
    const stream = repeated(noise, most);
    stream.once('close', giveBack);
    ctx.type = 'application/octet-stream';
    ctx.set('Cache-Control', 'no-store');
    ctx.body = stream;
    if (Number.isFinite(most)) ctx.length = most;
  });

  router.post('/up', async (ctx) => {
    await openCheck(ctx, options);
    ctx.set('Cache-Control', 'no-store');
    const arrivals = await arrivalsOf(ctx.req);
    const bytes = arrivals.reduce((sum, [, more]) => sum + more, 0);
    const answer: SpeedUp = { bytes, at: clock(), arrivals };
    ctx.body = answer;
  });

  return router;
}

/** How many bytes the page wants at most. Pages of before this could be asked for end the transfer by themselves. */
function mostOf({ query }: Context): number {
  const { bytes } = query;
  if (bytes === undefined) return Number.POSITIVE_INFINITY;
  const most = Number(bytes);
  if (Number.isSafeInteger(most) && most > 0) return most;
  throw new AppError('bad_request', '"bytes" must be one whole number over 0');
}

/** The same bytes over and over, only as they are read, and at most so many; it ends by itself after LONGEST_MS. */
function repeated(bytes: Buffer, most: number): Readable {
  let left = most;
  const stream = new Readable({
    highWaterMark: bytes.length,
    read() {
      const next = left < bytes.length ? bytes.subarray(0, left) : bytes;
      left -= next.length;
      this.push(next.length > 0 ? next : null);
    },
  });
  const timer = setTimeout(() => stream.destroy(), LONGEST_MS);
  stream.once('close', () => clearTimeout(timer));
  return stream;
}

/**
 * Milliseconds that never go back, and that are about the same in another process: a server that is started anew, or another one,
 * may answer the next upload.
 */
const clock = () => Math.round(performance.timeOrigin + performance.now());

/** Of one upload: so many, and so many milliseconds from one to the next, however slowly its bytes come. */
const ARRIVALS = { stepMs: 5, most: 2000 };

/** When how much of the body has come. */
async function arrivalsOf(request: IncomingMessage): Promise<SpeedUp['arrivals']> {
  const arrivals: SpeedUp['arrivals'] = [];
  let bytes = 0;
  try {
    for await (const chunk of request.iterator({ destroyOnReturn: false })) {
      bytes += chunk.length;
      if (bytes > UP_BYTES) throw new AppError('too_big', `an upload may have at most ${UP_BYTES} bytes`);
      addArrival(arrivals, clock(), chunk.length);
    }
  } catch (error) {
    // The page gives up what is on its way as soon as it knows enough: no fault, and nobody waits for an answer.
    if (error !== request.errored) throw error;
  }
  return arrivals;
}

function addArrival(arrivals: SpeedUp['arrivals'], at: number, bytes: number): void {
  const last = arrivals.at(-1);
  if (last && (at - last[0] < ARRIVALS.stepMs || arrivals.length >= ARRIVALS.most)) last[1] += bytes;
  else arrivals.push([at, bytes]);
}
