/** Whether the database can be reached is known in time, though it says nothing itself: the metrics and /readyz ask. */
import { mock } from 'node:test';
import test from 'ava';
import { DataSource } from 'typeorm';
import { testConfig, testStore } from '../helpers/store.ts';

test('a database that answers nothing is not reached', async (t) => {
  t.timeout(30_000);
  const store = await testStore(t, await testConfig(t));
  t.true(await store.isReachable());
  // As of a server that hangs; what waits for it keeps no process alive by itself.
  const { mock: silence } = mock.method(DataSource.prototype, 'query', () => new Promise(() => undefined));
  const alive = setInterval(() => undefined, 1000);
  t.teardown(() => {
    clearInterval(alive);
    silence.restore();
  });
  t.false(await store.isReachable());
  silence.restore();
  t.true(await store.isReachable());
});
