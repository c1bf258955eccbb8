/**
 * What is made up to be wrong, against everything that the server listens to: it answers, and nothing else happens.
 * FUZZ_SEED and FUZZ_PATH run what a failure printed again; npm run fuzz goes on for ten minutes.
 */
import test from 'ava';
import fc from 'fast-check';
import { frames, handshakes, sendFrames, shakeHands } from '../fuzz/frames.ts';
import { Keys, knowing, requestAll } from '../fuzz/http.ts';
import { httpRequests } from '../fuzz/http-requests.ts';
import { assertWell, startTarget } from '../fuzz/served.ts';
import { conversations, say } from '../fuzz/sockets.ts';

const { FUZZ_SEED, FUZZ_PATH, FUZZ_RUNS = '1' } = process.env;

/** Below ava's three minutes, which would end the test before it has told its seed. With FUZZ_SEED it is made shorter. */
const toldWithin = (ms: number) => ({
  endOnFailure: true,
  interruptAfterTimeLimit: ms,
  markInterruptAsFailure: true,
});

const parameters = (numRuns: number, limitMs = 150_000) => ({
  numRuns: numRuns * Number(FUZZ_RUNS),
  includeErrorInReport: true,
  ...(FUZZ_RUNS === '1' && !FUZZ_SEED && toldWithin(limitMs)),
  ...(FUZZ_SEED && { seed: Number(FUZZ_SEED) }),
  ...(FUZZ_PATH && { path: FUZZ_PATH }),
});

test.serial('requests that fit no schema are answered, and a call in another room goes on', async (t) => {
  const target = await startTarget(t);
  const property = fc.asyncProperty(conversations, (conversation) => say(t, target, conversation));
  await fc.assert(property, parameters(60));
  await assertWell(target);
  t.pass();
});

test.serial('HTTP that is wrong anywhere is answered, and a call goes on', async (t) => {
  const target = await startTarget(t);
  const known = await knowing(t, target);
  const keys = new Keys(target);
  const property = fc.asyncProperty(httpRequests, async (raws) =>
    requestAll(target, raws, { ...known, key: await keys.next() }),
  );
  await fc.assert(property, parameters(60));
  await assertWell(target);
  t.pass();
});

test.serial('frames and handshakes that are wrong end their own socket at most', async (t) => {
  const target = await startTarget(t);
  const sending = fc.asyncProperty(frames, (sent) => sendFrames(t, target, sent));
  await fc.assert(sending, parameters(60, 75_000));
  const opening = fc.asyncProperty(handshakes, (made) => shakeHands(target, made));
  await fc.assert(opening, parameters(60, 75_000));
  await assertWell(target);
  t.pass();
});
