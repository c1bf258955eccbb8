/** What tests, `npm run fuzz` and `npm run bench` start ends with them, also where they are killed. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import test from 'ava';
import { temporaryFolder } from '../helpers/store.ts';
import { inTime, until } from '../helpers/until.ts';

const app = join(import.meta.dirname, '../helpers/app.ts');

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

test('a server ends with what has started it, when that is killed without a word', async (t) => {
  const settings = { WEBINTERVIEW_DATA_DIR: await temporaryFolder(t), WEBINTERVIEW_MEDIA_WORKERS: '1' };
  const program = `
    const { spawnServe } = await import(${JSON.stringify(app)});
    const { process: server, ready } = spawnServe(${JSON.stringify(settings)});
    await ready;
    console.log(server.pid);`;
  const parent = spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const said = new Promise<string>((resolve) =>
    createInterface({ input: parent.stdout }).once('line', resolve),
  );
  const pid = Number(await inTime('the server runs', said));
  t.teardown(() => isAlive(pid) && process.kill(pid, 'SIGKILL'));
  t.true(isAlive(pid));
  parent.kill('SIGKILL');
  await until('the server has ended', () => !isAlive(pid));
  t.pass();
});
