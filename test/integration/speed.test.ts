/** What the line is measured against, with the real server. */
import { randomBytes } from 'node:crypto';
import test from 'ava';
import { measureSpeed } from '../../src/client/speed.ts';
import { limits } from '../../src/protocol/limits.ts';
import type { SpeedUp } from '../../src/protocol/speed.ts';
import { join } from '../helpers/client.ts';
import { farAway } from '../helpers/farAway.ts';
import { adminOf, startServer } from '../helpers/server.ts';
import { until } from '../helpers/until.ts';

const hour = 60 * 60 * 1000;
const headers = (token: string) => ({ authorization: `Bearer ${token}` });

test('bytes come down until the reader has enough, and never the same way compressed', async (t) => {
  const server = await startServer(t);
  const { tokens } = await server.room();
  const stopping = new AbortController();
  const answer = await fetch(`${server.url}/api/speed/down`, {
    headers: { ...headers(tokens.applicant), 'accept-encoding': 'br, gzip' },
    signal: stopping.signal,
  });
  t.is(answer.headers.get('content-encoding'), null);
  t.is(answer.headers.get('cache-control'), 'no-store');
  let bytes = 0;
  for await (const part of answer.body ?? []) {
    bytes += part.length;
    if (bytes >= 4 * 1024 * 1024) break;
  }
  stopping.abort();
  t.true(bytes >= 4 * 1024 * 1024);
});

test('exactly as many bytes come down as are asked for; what is no number of bytes is refused', async (t) => {
  const server = await startServer(t);
  const { tokens } = await server.room();
  const down = (query: string) =>
    fetch(`${server.url}/api/speed/down?${query}`, { headers: headers(tokens.applicant) });
  for (const bytes of [1, 65_536, 3 * 1024 * 1024 + 1]) {
    const answer = await down(`bytes=${bytes}`);
    t.is(answer.headers.get('content-length'), String(bytes));
    t.is((await answer.arrayBuffer()).byteLength, bytes);
  }
  for (const query of ['bytes=', 'bytes=0', 'bytes=-1', 'bytes=1.5', 'bytes=many', 'bytes=1&bytes=2']) {
    const answer = await down(query);
    t.is(answer.status, 400, query);
    t.like(await answer.json(), { error: { code: 'bad_request' } });
  }
});

test.serial(
  'a line of any width is burdened with 12 MB at most, and none is said to be wider than 100 Mbps',
  async (t) => {
    const server = await startServer(t);
    const { tokens } = await server.room();
    const moved = { up: 0, down: 0 };
    const port = await farAway(t, server.port, {
      there(bytes) {
        moved.up += bytes;
        return 0;
      },
      back(bytes) {
        moved.down += bytes;
        return 0;
      },
    });
    const { downMbps, upMbps } = await measureSpeed({
      token: tokens.applicant,
      server: `http://127.0.0.1:${port}`,
      onProgress: () => undefined,
    });
    t.log(moved, downMbps, upMbps);
    t.true(downMbps > 0 && downMbps <= limits.speed.mostMbps);
    t.true(upMbps > 0 && upMbps <= limits.speed.mostMbps);
    // As much as the headers of TCP and IP add to it.
    t.true((moved.up + moved.down) * 1.05 < 12_000_000);
  },
);

test('what went up is counted, and too much at once refused', async (t) => {
  const server = await startServer(t);
  const { tokens } = await server.room();
  const up = (bytes: number) =>
    fetch(`${server.url}/api/speed/up`, {
      method: 'POST',
      headers: headers(tokens.interviewer),
      body: randomBytes(bytes),
    });
  const answer = await up(65_536);
  const { bytes, at, arrivals } = (await answer.json()) as SpeedUp;
  t.is(bytes, 65_536);
  t.is(
    arrivals.reduce((sum, [, more]) => sum + more, 0),
    65_536,
  );
  const times = arrivals.map(([time]) => time);
  t.deepEqual(
    times,
    [...new Set(times)].sort((a, b) => a - b),
  );
  t.true(at >= (times.at(-1) ?? Number.NaN));
  t.is((await up(1024 * 1024 + 1)).status, 413);
});

test('without a link that is open now nothing is transferred', async (t) => {
  const server = await startServer(t);
  const late = await server.room({
    from: new Date(Date.now() - 2 * hour),
    until: new Date(Date.now() - hour),
  });
  for (const [token, status] of [
    ['', 401],
    ['A'.repeat(44), 401],
    [late.tokens.applicant, 403],
  ] as const) {
    for (const method of ['GET', 'POST']) {
      const path = method === 'GET' ? 'down' : 'up';
      const answer = await fetch(`${server.url}/api/speed/${path}`, { method, headers: headers(token) });
      t.is(answer.status, status, `${path} ${token}`);
    }
  }
});

test('one link does not take the line from everyone: at most four measure at once', async (t) => {
  const server = await startServer(t);
  const { tokens } = await server.room();
  const stopping = new AbortController();
  const down = (token: string, signal = stopping.signal) =>
    fetch(`${server.url}/api/speed/down`, { headers: headers(token), signal });
  const four = await Promise.all(Array.from({ length: 4 }, () => down(tokens.applicant)));
  t.deepEqual(
    four.map(({ status }) => status),
    [200, 200, 200, 200],
  );
  t.is((await down(tokens.applicant)).status, 429);
  t.is((await down(tokens.interviewer)).status, 200);
  const steps: number[] = [];
  const turn = measureSpeed({
    token: tokens.applicant,
    server: server.url,
    onProgress: (step) => void steps.push(step),
  });
  await until('the fifth has waited for its turn', () => steps.length > 15);
  stopping.abort();
  const { downMbps, upMbps } = await turn;
  t.true(downMbps > 0 && upMbps > 0);
  const again = new AbortController();
  await until('a place is free', async () => {
    const options = { headers: headers(tokens.applicant), signal: again.signal };
    return (await fetch(`${server.url}/api/speed/down`, options)).status === 200;
  });
  again.abort();
  t.pass();
});

test('who is inside runs the check though the room’s time is over, and nobody else', async (t) => {
  const server = await startServer(t);
  const { record, tokens } = await server.room();
  const { client } = await join(t, server, tokens.applicant);
  await server.store.rooms.update({ ...record, until: new Date(Date.now() - 1000) }, []);
  await (await adminOf(server)).live.refresh(record.id);
  const paths = ['/api/network', '/api/speed/down?bytes=1'];
  const statuses = (token: string) =>
    Promise.all(
      paths.map(async (path) => (await fetch(server.url + path, { headers: headers(token) })).status),
    );
  t.deepEqual(await statuses(tokens.applicant), [200, 200]);
  t.deepEqual(await statuses(tokens.interviewer), [403, 403]);
  await client.request('leave', {});
  await until('nobody is inside', async () => (await statuses(tokens.applicant)).every((one) => one === 403));
});

test.serial('answers that come late, as from a busy machine, take nothing from the line', async (t) => {
  const server = await startServer(t);
  const { tokens } = await server.room();
  let late = [0];
  let answers = 0;
  const port = await farAway(t, server.port, {
    there: () => 0,
    back: () => late[answers++ % late.length] ?? 0,
  });
  const { upMbps } = await measureSpeed({
    token: tokens.applicant,
    server: `http://127.0.0.1:${port}`,
    // The first answers come at once: what comes later is not taken for the length of the way.
    onProgress: (part) => {
      if (part > 0.5) late = [1_300, 900, 1_400, 700, 1_200, 1_000];
    },
  });
  t.log(upMbps);
  t.true(upMbps > limits.speed.upMbps, `${upMbps}`);
});
