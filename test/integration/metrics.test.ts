/** What Prometheus reads, and what is in deploy/ to make something of it. */
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join as joinPath } from 'node:path';
import { promisify } from 'node:util';
import test, { type ExecutionContext } from 'ava';
import type { ServerStatus } from '../../src/protocol/status.ts';
import { codeOf, join } from '../helpers/client.ts';
import { askInternally } from '../helpers/internal.ts';
import { startServer, type TestServer } from '../helpers/server.ts';
import { until } from '../helpers/until.ts';

const run = promisify(execFile);
const TOKEN = 'a-token-for-this-test-alone';
const deploy = joinPath(import.meta.dirname, '../../deploy');

const scrape = (server: TestServer, token = TOKEN) =>
  fetch(`${server.url}/metrics`, { headers: { authorization: `Bearer ${token}` } });

/** The samples of a scrape: 1 of `name{label="value"} 1`. */
async function samplesOf(t: ExecutionContext, server: TestServer): Promise<Map<string, number>> {
  const answer = await scrape(server);
  t.is(answer.status, 200);
  t.regex(answer.headers.get('content-type') ?? '', /^text\/plain; version=0\.0\.4/);
  const lines = (await answer.text()).split('\n').filter((line) => line && !line.startsWith('#'));
  return new Map(lines.map((line) => [line.replace(/ \S+$/, ''), Number(line.split(' ').at(-1))]));
}

test('a scrape tells of rooms, people, waiting, errors and workers, and names nobody', async (t) => {
  const server = await startServer(t, { 'metrics.token': TOKEN });
  const { record, links, tokens } = await server.room();
  const interviewer = await join(t, server, tokens.interviewer);
  await interviewer.client.request('enter', { company: '株式会社例', name: '面接太郎' });
  const applicant = await join(t, server, tokens.applicant);
  await applicant.client.request('requestAdmission', { name: '応募花子' });
  const waiting = await samplesOf(t, server);
  t.is(waiting.get('webinterview_rooms'), 1);
  t.is(waiting.get('webinterview_people{role="applicant",state="requesting"}'), 1);
  t.is(waiting.get('webinterview_people{role="interviewer",state="inCall"}'), 1);
  t.true((waiting.get('webinterview_longest_request_seconds') ?? 0) > 0);
  t.is(waiting.get('webinterview_admission_wait_seconds_count'), 0);
  t.is(waiting.get('webinterview_join_seconds_count'), 2);
  t.is(waiting.get('webinterview_request_seconds_count{method="enter"}'), 1);
  t.is(waiting.get('webinterview_workers'), 1);
  t.is(waiting.get('webinterview_database_up'), 1);
  t.is(waiting.get('webinterview_errors_total{code="server_full"}'), 0);
  t.true(waiting.has('webinterview_worker_cpu_ratio{worker="0"}'));
  t.true(waiting.has('webinterview_media_bytes_per_second{direction="in"}'));
  t.true((waiting.get('process_resident_memory_bytes') ?? 0) > 10e6);

  await interviewer.client.request('admit', { peerId: applicant.joined.peerId });
  t.is(await codeOf(applicant.client.request('admit', { peerId: 'somebody' })), 'not_allowed');
  await applicant.client.ask(`made-up-${tokens.applicant}`, {});
  applicant.client.socket.terminate();
  await interviewer.client.next('peerUpdated');
  const later = await samplesOf(t, server);
  t.is(later.get('webinterview_admission_wait_seconds_count'), 1);
  t.is(later.get('webinterview_longest_request_seconds'), 0);
  t.is(later.get('webinterview_errors_total{code="not_allowed"}'), 1);
  t.is(later.get('webinterview_errors_total{code="unknown_method"}'), 1);
  t.is(later.get('webinterview_request_seconds_count{method="unknown"}'), 1);

  const text = await (await scrape(server)).text();
  const personal = ['面接太郎', '応募花子', '株式会社例', record.name, record.id];
  const secret = [...Object.values(tokens), ...Object.values(links).map(({ id }) => id), TOKEN];
  for (const each of [...personal, ...secret, interviewer.joined.peerId]) t.false(text.includes(each), each);
});

test('only who shows the token is told, and without one there is nothing', async (t) => {
  const server = await startServer(t, { 'metrics.token': TOKEN });
  for (const authorization of ['', 'Bearer wrong', `Basic ${TOKEN}`]) {
    const answer = await fetch(`${server.url}/metrics`, { headers: { authorization } });
    t.is(answer.status, 401);
    t.is(answer.headers.get('www-authenticate'), 'Bearer realm="metrics"');
    t.false((await answer.text()).includes('webinterview_'));
  }
  const without = await startServer(t);
  t.is((await scrape(without)).status, 404);
  await t.throwsAsync(startServer(t, { 'metrics.token': 'short' }), { message: /metrics\.token/ });
});

test('a worker that dies is counted, and the one that takes its place is there', async (t) => {
  const server = await startServer(t, { 'metrics.token': TOKEN });
  const { pid } = await onlyWorker(server);
  process.kill(pid, 'SIGKILL');
  const deaths = async () => (await samplesOf(t, server)).get('webinterview_worker_deaths_total');
  await until('a death is counted', async () => (await deaths()) === 1);
  const workers = async () => (await samplesOf(t, server)).get('webinterview_workers');
  await until('another worker is there', async () => (await workers()) === 1);
  t.not((await onlyWorker(server)).pid, pid);
});

test('Prometheus takes what it is told, and the alerts call when they should', async (t) => {
  const server = await startServer(t, { 'metrics.token': TOKEN });
  await samplesOf(t, server);
  const text = await (await scrape(server)).text();
  const check = run('promtool', ['check', 'metrics']);
  check.child.stdin?.end(text.replace(/^(# (HELP|TYPE) )?(nodejs|process)_.*\n/gm, ''));
  t.deepEqual(await check, { stdout: '', stderr: '' });
  const folder = joinPath(deploy, 'prometheus');
  await run('promtool', ['check', 'config', '--syntax-only', joinPath(folder, 'prometheus.yml')]);
  await run('promtool', ['check', 'rules', '--lint-fatal', joinPath(folder, 'alerts.yml')]);
  await run('promtool', ['test', 'rules', joinPath(folder, 'alerts.test.yml')]);
});

test('the dashboard and the alerts ask for what there is, and tell all of it', async (t) => {
  const server = await startServer(t, { 'metrics.token': TOKEN });
  const text = await (await scrape(server)).text();
  const there = new Set([...text.matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name as string));
  const dashboard = await readFile(joinPath(deploy, 'grafana/webinterview.json'), 'utf8');
  const alerts = await readFile(joinPath(deploy, 'prometheus/alerts.yml'), 'utf8');
  const asked = namesIn(expressionsOf(JSON.parse(dashboard)).join('\n') + alerts);
  t.true(asked.size > 15);
  t.deepEqual(
    [...asked].filter((name) => !there.has(name)),
    [],
  );
  const ours = [...there].filter((name) => name.startsWith('webinterview_'));
  t.deepEqual(
    ours.filter((name) => !asked.has(name)),
    [],
  );
});

/** The metrics that expressions ask for, as they are declared. */
function namesIn(text: string): Set<string> {
  const names = text.match(/\b(webinterview|process|nodejs)_[a-z0-9_]+/g) ?? [];
  return new Set(names.map((name) => name.replace(/_(bucket|sum|count)$/, '')));
}

function expressionsOf({ panels }: { panels: { targets: { expr: string }[] }[] }): string[] {
  return panels.flatMap(({ targets }) => targets.map(({ expr }) => expr));
}

async function onlyWorker(server: TestServer): Promise<{ pid: number }> {
  const { workers } = (await askInternally(server, 'GET', 'status')) as ServerStatus;
  return workers[0] as { pid: number };
}
