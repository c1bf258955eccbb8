import test from 'ava';
import { limits } from '../../src/protocol/limits.ts';
import { inCall, read } from '../helpers/files.ts';
import { unread } from '../helpers/unread.ts';
import { until } from '../helpers/until.ts';

test('who does not read is cut after a while, and the places are free again', async (t) => {
  const { server, asInterviewer } = await inCall(t);
  const { id, answers } = await unread(t, server, asInterviewer, limits.fileReads.atOnce);
  t.is((await read(server, asInterviewer, id)).status, 429);
  const began = performance.now();
  // Each refusal counts for the rate, which gives one in a second.
  const isRead = async () => {
    const answer = await read(server, asInterviewer, id);
    await answer.arrayBuffer();
    return answer.status === 200;
  };
  await until('a place is free again', isRead, { withinMs: 90_000, everyMs: 1000 });
  t.log(`after ${Math.round((performance.now() - began) / 1000)} s`);
  for (const answer of answers) t.true((await answer.rest()) < limits.fileBytes);
});
