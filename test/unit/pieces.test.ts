/** Who does not read what waits for them is cut; who waits for the server is not. */
import { EventEmitter } from 'node:events';
import type { ServerResponse } from 'node:http';
import test from 'ava';
import { cutWhenStalled } from '../../src/server/http/pieces.ts';
import { until } from '../helpers/until.ts';

/** An answer under way. `looks`: how often it was looked whether its reader takes something. */
class Answer extends EventEmitter {
  closed = false;
  waits = false;
  writableEnded = false;
  isCut = false;
  looks = 0;

  get writableNeedDrain() {
    this.looks++;
    return this.waits;
  }

  destroy() {
    this.isCut = true;
  }
}

const cutting = (answer: Answer) => cutWhenStalled(answer as unknown as ServerResponse, 10);

test('a reader who takes nothing of what waits is cut', async (t) => {
  const answer = Object.assign(new Answer(), { waits: true });
  cutting(answer);
  await until('it is cut', () => answer.isCut);
  t.is(answer.looks, 1);
});

test('one who has not taken the last of it is cut too', async (t) => {
  const answer = Object.assign(new Answer(), { writableEnded: true });
  cutting(answer);
  await until('it is cut', () => answer.isCut);
  t.pass();
});

test('who has taken all that the database gave so far is not cut, until more waits', async (t) => {
  const answer = new Answer();
  cutting(answer);
  await until('it was looked a few times', () => answer.looks >= 3);
  t.false(answer.isCut);
  answer.waits = true;
  await until('it is cut', () => answer.isCut);
});
