/** The files of deploy/ for 443 alone, run by Debian's nginx and coturn: who gets through, as whom, and to where. */
import test from 'ava';
import type { FirewallRule } from '../../src/server/firewall.ts';
import { guardLimits } from '../../src/server/room/LinkGuard.ts';
import { type Site, startSite, type Visitor } from '../helpers/only-443.ts';

type Found = { id: string; status: string; text: string };

/** `webinterview check` on the server's machine: each finding by its id. */
function check({ server, authority, webinterview }: Site, env: string[] = []): Record<string, Found> {
  const trusting = ['env', `NODE_EXTRA_CA_CERTS=${authority.file}`, ...env];
  // Its exit code is 1 when something is NG.
  const script = ['sh', '-c', '"$@" || [ $? = 1 ]', 'sh', ...trusting, ...webinterview('check', '--json')];
  const { findings } = JSON.parse(server.run(...script)) as { findings: Found[] };
  return Object.fromEntries(findings.map((finding) => [finding.id, finding]));
}

/** What curl gets on a visitor's machine: one status for each address asked, and where it leads to. */
function statuses(
  { machine }: Visitor,
  { authority, url }: Site,
  path: string,
  ...headers: string[]
): string[] {
  const given = headers.flatMap((header) => ['-H', header]);
  const shown = ['-o', '/dev/null', '-w', '%{http_code} %{redirect_url}\\n'];
  const address = path.startsWith('http') ? path : `${url}${path}`;
  const answer = machine.run('curl', '-s', '--cacert', authority.file, ...shown, ...given, address);
  return answer
    .trim()
    .split('\n')
    .map((line) => line.trim());
}

test('check finds the files of deploy/ in order, and a relay that does not lead to the media server not', async (t) => {
  const site = await startSite(t);
  await site.visitor();
  const found = check(site);
  for (const id of ['httpPort', 'mediaPorts', 'reachability', 'tls', 'turn'])
    t.is(found[id]?.status, 'ok', found[id]?.text);

  // Neither into the network of the server, nor to what only this machine is to reach.
  for (const address of ['10.99.1.2', '127.0.0.1']) {
    const { turn } = check(site, [`WEBINTERVIEW_MEDIA_ANNOUNCED_ADDRESS=${address}`]);
    t.is(turn?.status, 'ng', `${address}: ${turn?.text}`);
    t.regex(turn?.text ?? '', new RegExp(`does not relay to the media server at ${address}$`));
  }
});

test('what listens to the network is what firewall says, and no more', async (t) => {
  const site = await startSite(t);
  const { rules } = JSON.parse(site.server.run(...site.webinterview('firewall', '--json'))) as {
    rules: FirewallRule[];
  };
  const opened = rules.filter(({ direction }) => direction === 'in');
  const isOpened = (protocol: string, port: number) =>
    opened.some((rule) => {
      const [from, to = from] = rule.ports.split('-').map(Number);
      return rule.protocol === protocol && port >= (from as number) && port <= (to as number);
    });
  const listening = site.server
    .run('ss', '-Hltun')
    .trim()
    .split('\n')
    .map((line) => line.split(/\s+/))
    .map(([protocol = '', , , , local = '']) => ({ protocol, local, port: Number(local.split(':').at(-1)) }))
    .filter(({ local }) => !local.startsWith('127.'));
  const pages = listening.map(({ port }) => port).filter((port) => port < 40_000);
  t.deepEqual(new Set(pages.sort()), new Set([443, 80]));
  for (const { protocol, local, port } of listening) t.true(isOpened(protocol, port), `${protocol} ${local}`);
});

test('people are told apart by their own addresses, and nobody writes theirs; 80 leads to https', async (t) => {
  const site = await startSite(t);
  const [one, other] = [await site.visitor(), await site.visitor()];
  const { most } = guardLimits.wrongTokens;
  const wrong = `Authorization: Bearer ${'A'.repeat(43)}`;
  const tried = statuses(one, site, `/api/speed/down?[1-${most + 1}]`, wrong);
  t.is(tried[0], '401');
  t.is(tried.at(-1), '429');
  t.deepEqual(statuses(one, site, '/api/speed/down', wrong, 'X-Forwarded-For: 198.51.100.7'), ['429']);
  t.deepEqual(statuses(other, site, '/api/speed/down', wrong), ['401']);
  t.deepEqual(statuses(other, site, 'http://interview.example.com/room?a=b'), [
    '301 https://interview.example.com/room?a=b',
  ]);
});
