import { setTimeout } from 'node:timers/promises';
import test from 'ava';
import { limits } from '../../src/protocol/limits.ts';
import type { ChatMessage } from '../../src/protocol/messages.ts';
import { join } from '../helpers/client.ts';
import { codeOf, inCall, read, send } from '../helpers/files.ts';
import { type Asked, ask, unread } from '../helpers/unread.ts';
import { until } from '../helpers/until.ts';

/** Who reads nothing for so long is cut, and the place given back. */
const STALLED_MS = 30_000;

const statusesOf = (answers: Asked[]) => answers.map(({ status }) => status).toSorted();

/** Until so many places are free again; each refusal counts for the rate, which gives one in a second. */
function untilTaken(count: number, one: () => Promise<Asked>): Promise<Asked[]> {
  return until(`${count} places are free`, async () => {
    const answers = await Promise.all(Array.from({ length: count }, one));
    if (answers.every(({ status }) => status === 200)) return answers;
    for (const answer of answers) answer.giveUp();
    await setTimeout(1000);
    return null;
  });
}

test('of files that are not read a few go at once, told so; what was read or given up makes room', async (t) => {
  const { server, asInterviewer, asApplicant, admit } = await inCall(t);
  await admit();
  const { atOnce } = limits.fileReads;
  const { id, answers } = await unread(t, server, asInterviewer, 3 * atOnce);
  t.deepEqual(statusesOf(answers), [...Array(atOnce).fill(200), ...Array(2 * atOnce).fill(429)]);
  t.is(await codeOf(await read(server, asInterviewer, id)), 'too_fast');
  t.is((await read(server, asApplicant, id)).status, 200, 'each has places of its own');
  const [first, ...others] = answers.filter(({ status }) => status === 200) as [Asked, ...Asked[]];
  t.is(await first.rest(), limits.fileBytes);
  const one = () => ask(t, server, asInterviewer, id);
  const again = await untilTaken(1, one);
  t.is((await read(server, asInterviewer, id)).status, 429);
  for (const each of [...others, ...again]) each.giveUp();
  t.deepEqual(statusesOf(await untilTaken(atOnce, one)), Array(atOnce).fill(200));
});

test('files of one link that are not read hold no more for all its people, and go with their seats', async (t) => {
  const { server, room, interviewer, asInterviewer } = await inCall(t, { interviewerSeats: 7 });
  const begun = performance.now();
  const { atOnce } = limits.fileReads;
  const { id, answers } = await unread(t, server, asInterviewer, atOnce);
  const comes = async () => {
    const { client, joined } = await join(t, server, room.tokens.interviewer);
    await client.request('enter', { company: '会社', name: '毎日太郎' });
    const someone = { token: room.tokens.interviewer, resumeKey: joined.resumeKey };
    return () => ask(t, server, someone, id);
  };
  for (let more = 0; more < 6; more++) {
    const one = await comes();
    answers.push(...(await Promise.all(Array.from({ length: atOnce }, one))));
  }
  const statuses = statusesOf(answers);
  const taken = statuses.filter((status) => status === 200).length;
  t.true(taken >= 20, `${taken}`);
  // On a machine that is slower than that the first are cut meanwhile, and others take their places.
  if (performance.now() - begun < STALLED_MS) t.is(taken, 20);
  t.true(statuses.includes(429));
  // Who leaves as an interviewer ends the call for all.
  await interviewer.request('leave', {});
  await interviewer.closed;
  for (const each of answers.filter(({ status }) => status === 200))
    t.true((await each.rest()) < limits.fileBytes);
  t.deepEqual(statusesOf(await untilTaken(atOnce, await comes())), Array(atOnce).fill(200));
});

test('reading without end is slowed down and told so', async (t) => {
  const { server, asInterviewer } = await inCall(t);
  const { file }: ChatMessage = await (await send(server, asInterviewer, 'x')).json();
  const { burst } = limits.fileReads;
  let count = 0;
  let status = 200;
  // As it fills up again meanwhile, it takes some more.
  for (; status === 200 && count < 10 * burst; count++) {
    const answer = await read(server, asInterviewer, file?.id ?? '');
    await answer.arrayBuffer();
    ({ status } = answer);
  }
  t.is(status, 429);
  t.true(count > burst);
});
