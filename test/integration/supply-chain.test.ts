/** What we build on: who may run a script at its installation, under which licence it is, what is shipped of it, what npm knows. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { endOf } from '../helpers/child.ts';

type Component = {
  name: string;
  version: string;
  purl: string;
  hashes: unknown[];
  licenses: unknown[];
  properties: { value: string }[];
};
type Sbom = { bomFormat: string; metadata: { component: { name: string } }; components: Component[] };
type Ended = { status: number | null; stdout: string; stderr: string };
type Judged = { name: string; license: string; problem: string | null };

const root = join(import.meta.dirname, '../..');
const bin = <T>(file: string) => import(`${root}/bin/${file}`) as Promise<T>;
const { undecidedScripts } = await bin<{
  undecidedScripts(locked?: object, decided?: object): string[];
}>('supply-chain/install-scripts.js');
const { problemOf, judged } = await bin<{
  problemOf(license: string, isShipped: boolean): string | null;
  judged(shipped: Set<string>): Judged[];
}>('supply-chain/licences.js');
const { auditArguments, auditOutcome } = await bin<{
  auditArguments: string[];
  auditOutcome(ended: Ended): string | null;
}>('supply-chain/audit.js');

const sbom = JSON.parse(await readFile(join(root, 'dist/sbom.cdx.json'), 'utf8')) as Sbom;

async function npm(args: string[], env: NodeJS.ProcessEnv = {}): Promise<Ended> {
  const child = spawn('npm', args, {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const { code: status, stdout, stderr } = await endOf(child, `npm ${args.join(' ')}`);
  return { status, stdout: stdout.toString(), stderr };
}

test('no package runs a script at its installation that package.json does not decide on', async (t) => {
  t.deepEqual(undecidedScripts(), []);
  const evil = { 'node_modules/a/node_modules/@evil/b': { hasInstallScript: true }, 'node_modules/c': {} };
  t.deepEqual(undecidedScripts(evil, {}), ['@evil/b']);
  t.deepEqual(undecidedScripts(evil, { '@evil/b': false }), []);
  // Of those that are decided on, set-up runs the allowed ones alone.
  t.regex(await readFile(join(root, 'bin/setup/packages.js'), 'utf8'), /'npm', \['ci', '--ignore-scripts'/);
});

test('every package has a licence that it may have; what is shipped more strictly than tools', (t) => {
  const shipped = new Set(sbom.components.map(({ name, version }) => `${name}@${version}`));
  const packages = judged(shipped);
  t.true(packages.length > 300);
  t.deepEqual(
    packages.filter(({ problem }) => problem),
    [],
  );
  for (const good of ['MIT', 'Apache-2.0', '(MPL-2.0 OR Apache-2.0)', '(MIT OR CC0-1.0)'])
    t.is(problemOf(good, true), null, good);
  for (const bad of [
    'GPL-3.0-only',
    'none',
    'UNLICENSED',
    'MIT AND GPL-2.0-only',
    'SEE LICENSE IN X',
    'constructor',
  ])
    t.regex(problemOf(bad, false) ?? '', /is not among the licences/, bad);
  t.is(problemOf('MPL-2.0', false), null);
  t.regex(problemOf('MPL-2.0', true) ?? '', /is shipped$/);
});

test('the bill of materials has what is in the bundles and what npm installs with them, as npm itself describes it', async (t) => {
  t.is(sbom.bomFormat, 'CycloneDX');
  t.is(sbom.metadata.component.name, 'webinterview');
  const of = (place: string) => sbom.components.filter(({ properties }) => properties[0]?.value === place);
  for (const place of ['cli', 'web']) {
    const notices = await readFile(join(root, 'dist', place, 'LICENSES.txt'), 'utf8');
    const noticed = [...notices.matchAll(/^={80}\n(\S+) (\S+) \(/gm)].map(
      ([, name, version]) => `${name} ${version}`,
    );
    t.deepEqual(
      of(place)
        .map(({ name, version }) => `${name} ${version}`)
        .sort(),
      noticed.sort(),
    );
    t.true(noticed.length > 10);
  }
  t.true(of('cli').some(({ name }) => name === 'mediasoup'));
  t.true(of('web').some(({ name }) => name === 'mediasoup-client'));
  t.true(of('installed').some(({ name }) => name === 'libsql'));
  const { stdout } = await npm(['sbom', '--sbom-format', 'cyclonedx', '--package-lock-only']);
  const known = new Map((JSON.parse(stdout) as Sbom).components.map((each) => [each.purl, each]));
  // An alias has its own name here, and the alias's there: the address of the package says which it is.
  for (const { purl, version, hashes, licenses } of sbom.components)
    t.like(known.get(purl), { version, hashes, licenses } as never, purl);
});

test('a release is not made with what npm knows a vulnerability of, nor when nobody could be asked', async (t) => {
  const audit = async (answer: { status: number; body?: object }) => auditOutcome(await npmAudit(t, answer));
  t.is(await audit({ status: 200, body: {} }), null);
  const advisory = {
    id: 1,
    url: 'https://example.com/1',
    title: 'bad',
    severity: 'high',
    vulnerable_versions: '*',
    cwe: [],
    cvss: { score: 8, vectorString: null },
  };
  t.regex(
    (await audit({ status: 200, body: { 'quick-format-unescaped': [advisory] } })) ?? '',
    /quick-format-unescaped \(high\).*: see npm audit$/,
  );
  t.is(
    await audit({ status: 405 }),
    'not audited: the registry has no audit endpoint (it answered 405). Name one that has, e.g. npm’s own, in npm_config_registry, and run this again.',
  );
  t.regex(
    auditOutcome({ status: 1, stdout: '', stderr: 'npm: not found\n' }) ?? '',
    /^not audited: npm: not found\./,
  );
});

/** npm asks a registry that answers every question for advisories with this, and knows no packages. */
async function npmAudit(
  t: ExecutionContext,
  { status, body }: { status: number; body?: object },
): Promise<Ended> {
  const registry = createServer(({ method }, response) => {
    response.statusCode = method === 'POST' ? status : 404;
    response.setHeader('content-type', 'application/json').end(body && JSON.stringify(body));
  }).listen(0, '127.0.0.1');
  t.teardown(() => void registry.close());
  await once(registry, 'listening');
  const { port } = registry.address() as AddressInfo;
  return npm(auditArguments, { npm_config_registry: `http://127.0.0.1:${port}/` });
}
