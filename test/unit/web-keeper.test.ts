import { EventEmitter } from 'node:events';
import { signal } from '@preact/signals';
import test from 'ava';
import type { types } from 'mediasoup-client';
import type { Connection, ConnectionStatus } from '../../src/web/connection/connection.ts';
import { RequestError } from '../../src/web/connection/RequestError.ts';
import { keepConnected } from '../../src/web/media/keeper.ts';
import { settled } from '../helpers/fake-socket.ts';

/** A transport on a line that the test breaks and mends. */
function setUp() {
  const line = { alive: true, healsAfter: Number.POSITIVE_INFINITY, refusal: null as RequestError | null };
  const heard: string[] = [];
  const status = signal<ConnectionStatus>('open');
  const connection = {
    status,
    check: () => heard.push('check'),
    async request(method: string) {
      heard.push(method);
      if (line.refusal) throw line.refusal;
      return { iceParameters: {} };
    },
  } as unknown as Connection;
  let bytesReceived = 0;
  let restarts = 0;
  const transport = Object.assign(new EventEmitter(), {
    id: 'transport',
    closed: false,
    connectionState: 'connected' as types.ConnectionState,
    async getStats() {
      if (line.alive) bytesReceived += 100;
      const pair = { type: 'candidate-pair', id: 'pair', nominated: true, bytesReceived };
      // A pair that the server was not told to use answers as well, and says nothing.
      const other = { ...pair, id: 'other', nominated: false, responsesReceived: Date.now() };
      return new Map([pair, other].map((stats) => [stats.id, stats]));
    },
    async restartIce() {
      restarts++;
      if (restarts < line.healsAfter) return;
      line.alive = true;
      transport.becomes('connected');
    },
    becomes(state: types.ConnectionState) {
      transport.connectionState = state;
      transport.emit('connectionstatechange', state);
    },
  });
  const keeper = keepConnected(transport as unknown as types.Transport, {
    connection,
    onGone: () => heard.push('gone'),
    onBack: () => heard.push('back'),
  });
  const count = (what: string) => heard.filter((each) => each === what).length;
  return { keeper, line, heard, count, status, transport };
}

const until = async (condition: () => boolean) => {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 10));
};

test('a line that brings something is left alone', async (t) => {
  const { keeper, heard } = setUp();
  keeper.mend();
  await new Promise((resolve) => setTimeout(resolve, 600));
  t.deepEqual(heard, []);
});

test('ICE is restarted again and again until something is heard, and then no more', async (t) => {
  const { line, count, transport } = setUp();
  Object.assign(line, { alive: false, healsAfter: 3 });
  transport.becomes('disconnected');
  t.is(count('check'), 1);
  await until(() => count('back') > 0);
  t.is(count('restartIce'), 3);
  t.is(count('back'), 1);
  await new Promise((resolve) => setTimeout(resolve, 700));
  t.is(count('restartIce'), 3);
});

test('a way that came back while the socket was lost is told when the socket is back', async (t) => {
  const { keeper, line, count, status } = setUp();
  line.alive = false;
  keeper.mend();
  await until(() => count('restartIce') > 0);
  status.value = 'lost';
  await new Promise((resolve) => setTimeout(resolve, 1_200));
  t.is(count('back'), 0);
  line.alive = true;
  status.value = 'open';
  keeper.mend();
  await until(() => count('back') > 0);
  await new Promise((resolve) => setTimeout(resolve, 500));
  t.is(count('back'), 1);
});

test.serial(
  'what was lost while there was no line is not counted, nor what is told of it afterwards',
  async (t) => {
    const now = performance.now.bind(performance);
    let later = 0;
    performance.now = () => now() + later;
    t.teardown(() => {
      performance.now = now;
    });
    const { keeper, line, count } = setUp();
    t.true(keeper.isSettled());
    keeper.mend();
    await until(keeper.isSettled);
    t.is(count('restartIce'), 0, 'nothing was lost');
    Object.assign(line, { alive: false, healsAfter: 1 });
    keeper.mend();
    t.false(keeper.isSettled());
    await until(() => count('back') > 0);
    t.false(keeper.isSettled());
    later = 3_100;
    await until(keeper.isSettled);
  },
);

test('what is heard is told at once, and nothing is restarted while the browser has no word for it yet', async (t) => {
  const { keeper, line, count, transport } = setUp();
  Object.assign(line, { alive: false });
  transport.becomes('disconnected');
  await until(() => count('restartIce') > 0);
  line.alive = true;
  await until(() => count('back') > 0);
  t.is(transport.connectionState, 'disconnected');
  const restarts = count('restartIce');
  // Longer than from one restart to the next.
  await new Promise((resolve) => setTimeout(resolve, 700));
  t.is(count('restartIce'), restarts);
  transport.becomes('connected');
  await until(keeper.isSettled);
  t.deepEqual([count('restartIce'), count('back')], [restarts, 1]);
});

test('a line that is dead while the browser still takes it for connected is restarted as well', async (t) => {
  const { keeper, line, count } = setUp();
  Object.assign(line, { alive: false, healsAfter: 1 });
  keeper.mend();
  await until(() => count('back') > 0);
  t.is(count('restartIce'), 1);
});

test('while the socket is lost nothing is asked, until it is back', async (t) => {
  const { keeper, line, count, status, transport } = setUp();
  Object.assign(line, { alive: false, refusal: new RequestError('disconnected', 'lost') });
  status.value = 'lost';
  transport.becomes('disconnected');
  await settled();
  transport.becomes('failed');
  await settled();
  const asked = count('restartIce');
  await new Promise((resolve) => setTimeout(resolve, 700));
  t.is(count('restartIce'), asked);
  Object.assign(line, { refusal: null, healsAfter: 1 });
  status.value = 'open';
  keeper.mend();
  await until(() => count('back') > 0);
  t.pass();
});

test('a transport that the server does not know is told of, once', async (t) => {
  const { line, count, transport } = setUp();
  Object.assign(line, { alive: false, refusal: new RequestError('not_found', 'no such transport') });
  transport.becomes('failed');
  await until(() => count('gone') > 0);
  await new Promise((resolve) => setTimeout(resolve, 700));
  t.is(count('gone'), 1);
  t.is(count('restartIce'), 1);
});

test('what is stopped asks no more', async (t) => {
  const { keeper, line, count, transport } = setUp();
  line.alive = false;
  transport.becomes('failed');
  await until(() => count('restartIce') > 0);
  keeper.stop();
  const asked = count('restartIce');
  await new Promise((resolve) => setTimeout(resolve, 1_200));
  t.is(count('restartIce'), asked);
});
