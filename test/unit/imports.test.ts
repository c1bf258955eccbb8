/** The walls of the house (ARCHITECTURE.md): who may import whom. */
import { readFileSync } from 'node:fs';
import { glob } from 'node:fs/promises';
import { dirname, join, normalize, relative } from 'node:path';
import test from 'ava';

const source = join(import.meta.dirname, '../../src');

/** What every part of the server may import. */
const everyones = 'server/util/';

/** The first rule whose folder holds a file says what else that file may import of the project. */
const rules: { of: string; may: string[] }[] = [
  { of: 'protocol/', may: ['protocol/'] },
  { of: 'client/', may: ['client/', 'protocol/'] },
  { of: 'server/errors.ts', may: ['protocol/'] },
  { of: 'server/room/', may: ['server/room/', 'protocol/', 'server/errors.ts', 'server/mailbox.ts'] },
  {
    of: 'server/media/',
    may: ['server/media/', 'server/room/', 'protocol/', 'server/errors.ts', 'server/announced.ts'],
  },
  {
    of: 'server/admin/',
    may: [
      'server/admin/',
      'server/invite/',
      'server/records/',
      'server/room/',
      'server/store/',
      'server/webhooks/',
      'server/ask.ts',
      'server/linkAddress.ts',
      'server/mailbox.ts',
      'server/secret.ts',
      'server/tickets.ts',
      'protocol/',
      'server/errors.ts',
    ],
  },
  {
    of: 'server/webhooks/',
    may: ['server/webhooks/', 'server/store/', 'server/room/', 'server/errors.ts'],
  },
  {
    of: 'server/store/',
    may: [
      'server/store/',
      'server/room/',
      'protocol/',
      'server/errors.ts',
      'server/config.ts',
      'server/dataDir.ts',
      'server/drafts.ts',
      'server/ownFiles.ts',
      'server/secret.ts',
    ],
  },
  { of: 'server/records/', may: ['server/records/', 'server/room/', 'protocol/'] },
  {
    of: 'server/api/',
    may: [
      'server/api/',
      'server/admin/',
      'server/room/',
      'server/store/',
      'server/secret.ts',
      'server/http/body.ts',
      'server/http/bearer.ts',
      'server/http/download.ts',
      'protocol/',
      'server/errors.ts',
    ],
  },
  {
    of: 'server/invite/',
    may: ['server/invite/', 'protocol/', 'server/errors.ts', 'server/mailbox.ts', 'server/loopback.ts'],
  },
  {
    of: 'server/http/',
    may: ['server/http/', 'server/room/', 'protocol/', 'server/errors.ts', 'server/loopback.ts'],
  },
  {
    of: 'server/ws/',
    may: ['server/ws/', 'server/room/', 'protocol/', 'server/errors.ts', 'server/answerShortly.ts'],
  },
  { of: 'server/util/', may: [] },
  { of: 'server/server.ts', may: ['server/', 'protocol/'] },
  { of: 'server/observe/snapshot.ts', may: ['server/observe/', 'server/store/', 'protocol/'] },
  {
    of: 'server/observe/status.ts',
    may: ['server/media/', 'server/room/', 'server/observe/', 'server/packageRoot.ts', 'protocol/'],
  },
  { of: 'server/observe/', may: ['server/observe/'] },
  {
    of: 'server/',
    may: [
      'server/config',
      'server/dataDir.ts',
      'server/drafts.ts',
      'server/errors.ts',
      'server/mailbox.ts',
      'server/answerShortly.ts',
      'server/ask.ts',
      'server/tls.ts',
      'server/loopback.ts',
      'server/packageRoot.ts',
      'server/turnEndpoint.ts',
      'server/room/',
      'protocol/',
    ],
  },
  { of: 'cli/commands/serve.ts', may: ['cli/', 'protocol/', 'server/'] },
  {
    of: 'cli/input/',
    may: [
      'cli/input/',
      'cli/context.ts',
      'protocol/',
      'server/room/',
      'server/errors.ts',
      'server/util/shownTime.ts',
    ],
  },
  {
    of: 'cli/output/',
    may: [
      'cli/output/',
      'cli/links.ts',
      'server/firewall.ts',
      'protocol/',
      'server/records/',
      'server/room/',
      'server/store/',
      'server/errors.ts',
      'server/drafts.ts',
      'server/ownFiles.ts',
      'server/util/length.ts',
    ],
  },
  {
    of: 'cli/check/',
    may: [
      'cli/check/',
      'server/invite/smtp.ts',
      'client/',
      'protocol/',
      'server/config.ts',
      'server/errors.ts',
      'server/store/',
      'server/media/turn.ts',
      'server/serverFile.ts',
      'server/tls.ts',
      'server/announced.ts',
      'server/loopback.ts',
      'server/linkAddress.ts',
      'server/turnEndpoint.ts',
      'server/util/shownTime.ts',
    ],
  },
  {
    of: 'cli/',
    may: [
      'cli/',
      'protocol/',
      'server/config.ts',
      'server/firewall.ts',
      'server/errors.ts',
      'server/packageRoot.ts',
      'server/admin/',
      'server/room/',
      'server/store/',
      'server/records/',
      'server/dataDirLock.ts',
      'server/drafts.ts',
      'server/ownFiles.ts',
      'server/secret.ts',
      'server/serverFile.ts',
      'server/invite/',
      'server/mailbox.ts',
      'server/loopback.ts',
      'server/linkAddress.ts',
    ],
  },
  {
    of: 'web/models/',
    may: ['web/models/', 'web/media/', 'web/connection/', 'web/browser/', 'protocol/'],
  },
  { of: 'web/media/', may: ['web/media/', 'web/connection/', 'web/browser/', 'client/', 'protocol/'] },
  { of: 'web/connection/', may: ['web/connection/', 'web/browser/', 'protocol/'] },
  { of: 'web/browser/', may: ['web/browser/', 'protocol/'] },
  { of: 'web/', may: ['web/', 'protocol/'] },
];

/** Of other packages: what must not reach a place, types aside. */
const packages: { of: string; never: RegExp }[] = [
  { of: 'server/room/', never: /^(mediasoup|typeorm|koa|ws|libsql|mysql2)/ },
  { of: 'server/store/', never: /^(mediasoup|koa|ws)/ },
  { of: 'server/http/', never: /^(mediasoup|typeorm|ws)/ },
  { of: 'server/ws/', never: /^(mediasoup|typeorm|koa)/ },
  { of: 'web/', never: /^(zod|node:|mediasoup$|typeorm|koa)/ },
  // Both the page and the command line run it.
  { of: 'client/', never: /./ },
];

test('no import goes through a wall', async (t) => {
  const broken: string[] = [];
  for (const { file, target, isType } of await imports()) {
    if (target.startsWith('.')) {
      const reached = normalize(join(dirname(file), target));
      const rule = rules.find(({ of }) => file.startsWith(of));
      const isEveryones = file.startsWith('server/') && reached.startsWith(everyones);
      if (!isEveryones && !rule?.may.some((allowed) => reached.startsWith(allowed)))
        broken.push(`${file} → ${reached}`);
    } else if (!isType) {
      const bad = packages.some(({ of, never }) => file.startsWith(of) && never.test(target));
      if (bad) broken.push(`${file} → ${target}`);
    }
  }
  t.deepEqual(broken, []);
});

test('no imports go in a circle, those of types included', async (t) => {
  const targets = new Map<string, string[]>();
  for (const { file, target } of await imports()) {
    if (!target.startsWith('.')) continue;
    targets.set(file, [...(targets.get(file) ?? []), normalize(join(dirname(file), target))]);
  }
  const circles: string[] = [];
  const done = new Set<string>();
  const visit = (file: string, path: string[]) => {
    if (path.includes(file)) circles.push([...path.slice(path.indexOf(file)), file].join(' → '));
    if (path.includes(file) || done.has(file)) return;
    for (const target of targets.get(file) ?? []) visit(target, [...path, file]);
    done.add(file);
  };
  for (const file of targets.keys()) visit(file, []);
  t.deepEqual(circles, []);
});

test('the page takes types alone from the file with the schemas, so that zod never reaches it', async (t) => {
  const all = await imports();
  const values = all.filter(
    ({ file, target, isType }) =>
      file.startsWith('web/') && target.endsWith('protocol/messages.ts') && !isType,
  );
  t.deepEqual(values, []);
});

/** What belongs to `web/browser` and `web/media`, where it is used and not spoken of. */
const globals =
  /(?<![.\w])(localStorage|sessionStorage|indexedDB|matchMedia|addEventListener|removeEventListener|scrollTo|(document|window|navigator|location)\s*[.[?])/;
const timers = /(?<![.\w])(setTimeout|setInterval|requestAnimationFrame)\(/;

test('models and views leave the document to the adapters of the browser, and views hold no timers', async (t) => {
  const found: string[] = [];
  for await (const path of glob(`${source}/web/{models,components,pages}/**/*.{ts,tsx}`)) {
    const code = readFileSync(path, 'utf8').replace(/\/\*.*?\*\/|\/\/[^\n]*/gs, '');
    const isModel = path.includes('/models/');
    if (globals.test(code) || (!isModel && timers.test(code))) found.push(relative(source, path));
  }
  t.deepEqual(found, []);
});

test('no object is spread where it is written: its misspelt properties would compile', async (t) => {
  const root = join(source, '..');
  const found: string[] = [];
  for await (const path of glob(`${root}/{src,test,bin}/**/*.{ts,tsx,js}`)) {
    if (readFileSync(path, 'utf8').includes('...' + '{')) found.push(relative(root, path));
  }
  t.deepEqual(found, []);
});

test('media is opened, gated and ended in one place', async (t) => {
  const found: string[] = [];
  for await (const path of glob(`${source}/**/*.ts`)) {
    // It is what mediasoup's part is for.
    if (path.includes('/server/media/')) continue;
    const calls = /\.(openPeer|setGate|setSources|removePeer)\(/.test(readFileSync(path, 'utf8'));
    if (calls) found.push(relative(source, path));
  }
  t.deepEqual(found, ['server/room/GatedMedia.ts']);
});

async function imports(): Promise<{ file: string; target: string; isType: boolean }[]> {
  const found = [];
  for await (const path of glob(`${source}/**/*.{ts,tsx}`)) {
    const text = readFileSync(path, 'utf8');
    const file = relative(source, path);
    const statements = text.matchAll(
      /(?:^|\n)(import|export)\s+(type\s)?[^;'"]*?from\s+'([^']+)'|\bimport\('([^']+)'\)|(?:^|\n)import\s+'([^']+)'/g,
    );
    for (const [, , isType, from, dynamic, bare] of statements) {
      found.push({ file, target: (from ?? dynamic ?? bare) as string, isType: isType !== undefined });
    }
  }
  return found;
}
