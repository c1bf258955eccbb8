/** When what cannot be sent is tried again, when it is told of, and when all is made anew for it. */
import test from 'ava';
import { createUnsent } from '../../src/web/media/unsent.ts';
import { until } from '../helpers/until.ts';

/** `works` says of each attempt whether it succeeds; the transports are broken by each that fails, or are not. */
function trying(works: (attempt: number) => boolean, { breaks = false } = {}) {
  const attempts: boolean[] = [];
  const waits: number[] = [];
  const outcome = () => {
    if (works(attempts.length)) unsent.settled('camera');
    else unsent.failed('camera', breaks);
  };
  const unsent = createUnsent(
    (isBroken) => {
      attempts.push(isBroken);
      outcome();
    },
    (retries) => {
      waits.push(retries);
      return 0;
    },
  );
  const told: string[] = [];
  unsent.sources.subscribe((sources) => told.push(sources.join()));
  outcome();
  return { unsent, attempts, waits, told };
}

test('what fails once is tried again without a word', async (t) => {
  const { attempts, told } = trying((attempt) => attempt > 0);
  await until('it was tried again', () => attempts.length === 1);
  t.deepEqual(told, ['']);
});

test('what fails again is told of until it succeeds, and waited for longer each time', async (t) => {
  const { unsent, waits, told } = trying((attempt) => attempt > 2);
  await until('it is sent', () => told.length === 3);
  t.deepEqual(
    [told, waits],
    [
      ['', 'camera', ''],
      [0, 1, 2],
    ],
  );
  unsent.failed('camera', false);
  t.deepEqual(waits.at(-1), 0, 'from the beginning again');
  unsent.clear();
});

test('two reports of one attempt are one failure', async (t) => {
  const { unsent, waits } = trying(() => false);
  unsent.failed('camera', false);
  unsent.failed('microphone', false);
  t.deepEqual(waits, [0]);
  unsent.clear();
});

test('all is made anew only so often by itself, and again when the person wishes', async (t) => {
  const { unsent, attempts, told } = trying(() => false, { breaks: true });
  await until('it has given up', () => attempts.length === 4);
  await new Promise((resolve) => setTimeout(resolve));
  t.deepEqual(
    [attempts, told],
    [
      [true, true, true, true],
      ['', 'camera'],
    ],
    'still told of',
  );
  unsent.tryAgain();
  await until('it has given up again', () => attempts.length === 8);
  unsent.clear();
  t.is(told.at(-1), '');
});

test('what is not to be sent any more is not tried again', async (t) => {
  const { unsent, attempts } = trying(() => false);
  unsent.settled('camera');
  await new Promise((resolve) => setTimeout(resolve, 5));
  t.deepEqual(attempts, []);
});
