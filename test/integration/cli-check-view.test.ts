/** `webinterview check` on a terminal of 80x24. */
import test, { type ExecutionContext } from 'ava';
import { onLoopback } from '../helpers/check.ts';
import { startServer } from '../helpers/server.ts';
import { openTerminal, shellHome } from '../helpers/shell.ts';
import { temporaryFolder } from '../helpers/store.ts';

/** The one that set-up has brought: a home of its own has none. */
const workerBin = { MEDIASOUP_WORKER_BIN: process.env.MEDIASOUP_WORKER_BIN ?? '' };

async function onTerminal(t: ExecutionContext, env: Record<string, string> = {}) {
  const home = await shellHome(t);
  Object.assign(home.env, onLoopback, workerBin, { WEBINTERVIEW_DATA_DIR: await temporaryFolder(t) }, env);
  return openTerminal(t, home, [
    'sh',
    '-c',
    'trap : INT; webinterview check; printf "exit=%s\\n" "$?"; stty -a | grep -o "[-]*icanon"; sleep 60',
  ]);
}

test('each item while it runs, then as it is, with the remedy beside it; in 80 columns', async (t) => {
  // A relay that never answers, so that there is time to see it running.
  const { shows } = await onTerminal(t, { WEBINTERVIEW_TURN_URLS: 'turn:127.0.0.1:9?transport=udp' });
  const running = await shows(/\nTURN +\S looking/);
  t.regex(running, /^Node\.js {7}OK {7}[\d.]+\n/);
  t.regex(running, /\nMedia worker {2}OK {7}mediasoup/);
  t.notRegex(running, /\d NG/);
  const screen = await shows(/exit=1\nicanon/);
  t.notRegex(screen, /looking/);
  // Broken at a word, and the rest beside it.
  t.regex(screen, /\nTLS {11}warning {2}http\.publicUrl is not set\n {23}Set it: [^\n]+\n {23}\S/);
  t.regex(screen, /\nTURN {10}NG {7}turn:127\.0\.0\.1:9\?transport=udp does not answer\n {23}Start coturn/);
  t.regex(screen, /\n\n\d+ OK, \d warnings, 1 NG\nexit=1\nicanon/);
});

test('with NO_COLOR it is plain lines, broken at 80 columns as well', async (t) => {
  const { shows } = await onTerminal(t, { NO_COLOR: '1' });
  const screen = await shows(/exit=0\nicanon/);
  t.notRegex(screen, /looking|more/);
  t.regex(screen, /\nTLS {11}warning {2}http\.publicUrl is not set\n {23}Set it: [^\n]+\n {23}\S/);
  t.regex(screen, /\n\d+ OK, \d warnings, 0 NG\nexit=0/);
});

test('Ctrl+C ends it at once, and the terminal is as it was', async (t) => {
  const silent = Array.from({ length: 5 }, () => 'turn:127.0.0.1:9?transport=udp').join(',');
  const { shows, type } = await onTerminal(t, { WEBINTERVIEW_TURN_URLS: silent });
  await shows(/\nTURN 1 +\S looking\n5 more/);
  type('\u0003');
  const screen = await shows(/exit=\d+\nicanon/);
  t.regex(screen, /exit=130\nicanon/);
  t.notRegex(screen, /\d NG/);
});

test('a link is looked at on the terminal too, and its token stands nowhere', async (t) => {
  const server = await startServer(t, { 'media.listenIps': ['127.0.0.1'] });
  const { tokens } = await server.room();
  const home = await shellHome(t);
  const link = `${server.url}/room#${tokens.applicant}`;
  const { shows } = openTerminal(t, home, ['webinterview', 'check', '--url', link]);
  const screen = await shows(/\d+ OK, \d warnings?, 0 NG/);
  t.regex(screen, /\nMedia {9}OK {7}goes over UDP, TCP\n/);
  t.regex(screen, /\nSpeed {9}OK {7}[\d.]+ Mbps(?: or more)? down/);
  t.false(screen.replaceAll(/\s/g, '').includes(tokens.applicant.slice(0, 22)));
});
