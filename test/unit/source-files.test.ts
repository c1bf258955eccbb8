/** The files of src: their names, their length, and whose styles are whose. */
import { existsSync, readFileSync } from 'node:fs';
import { glob } from 'node:fs/promises';
import { basename, join, relative } from 'node:path';
import test from 'ava';

const src = join(import.meta.dirname, '../../src');

async function files(pattern: string): Promise<{ path: string; name: string; text: string }[]> {
  const found = [];
  for await (const path of glob(`${src}/${pattern}`))
    found.push({ path: relative(src, path), name: basename(path), text: readFileSync(path, 'utf8') });
  return found.filter(({ name }) => !name.endsWith('.d.ts'));
}

const pathsOf = (found: { path: string }[]) => found.map(({ path }) => path);

test('a component and a class are in a file of their name, everything else in camel case', async (t) => {
  const wrong = (await files('**/*.{ts,tsx}')).filter(({ path, name, text }) => {
    const [own = '', extension] = name.split('.');
    const isPage = path.startsWith('web/') && name !== 'index.tsx';
    if (isPage && extension === 'tsx') return !new RegExp(`^export function ${own}\\b`, 'm').test(text);
    if (/^[A-Z]/.test(own)) return !new RegExp(`^export class ${own}\\b`, 'm').test(text);
    const classes = [...text.matchAll(/^export (?:default )?(?:abstract )?(\w+)/gm)].map(([, what]) => what);
    const isOneClass = classes.filter((what) => what !== 'type').join() === 'class';
    return isOneClass || !/^[a-z][A-Za-z0-9]*$/.test(own);
  });
  t.deepEqual(pathsOf(wrong), []);
});

/** Tables, of types and of columns: they are looked up, not read. */
const tables = ['protocol/messages.ts', 'server/store/entities.ts'];

test('no file is longer than 300 lines, but for tables', async (t) => {
  const long = (await files('**/*.{ts,tsx,css}')).filter(({ text }) => text.split('\n').length > 301);
  t.deepEqual(pathsOf(long).toSorted(), tables);
});

test('whether a pressed key is the page’s, one file says', async (t) => {
  const readers = (await files('web/**/*.{ts,tsx}')).filter(({ text }) =>
    /\b(?:event|e)\.key\b|\{ key \}\) =>|isComposing|keyCode/.test(text),
  );
  t.deepEqual(pathsOf(readers), ['web/browser/keys.ts']);
});

test('styles belong to the component of their name, and no other takes them', async (t) => {
  const borrowed = (await files('web/**/*.tsx')).flatMap(({ path, name, text }) =>
    [...text.matchAll(/from '([^']+\.module\.css)'/g)]
      .map(([, target]) => target as string)
      .filter((target) => target !== `./${name.replace('.tsx', '.module.css')}`)
      .map((target) => `${path} → ${target}`),
  );
  t.deepEqual(borrowed, []);
  const nobodys = (await files('web/**/*.module.css')).filter(
    ({ path }) => !existsSync(join(src, path.replace('.module.css', '.tsx'))),
  );
  t.deepEqual(nobodys, []);
});

/** What the map in ARCHITECTURE.md and docs/internals.md is made of: names of files, and folders with a slash at the end. */
const fileName = /[\w./-]+\.(?:tsx?|js|json)\b/g;
const folderName = /(?<![\w/<.-])(?:[\w-]+\/)+(?![\w<*])/g;

for (const [document, least] of [
  ['ARCHITECTURE.md', 40],
  ['docs/internals.md', 100],
] as const)
  test(`every file and folder that ${document} names is there`, async (t) => {
    const root = join(src, '..');
    const paths: string[] = [];
    for await (const path of glob('{src,bin,test,config,deploy,docs}/**/*.*', { cwd: root }))
      paths.push(`/${path}`);
    const text = readFileSync(join(root, document), 'utf8');
    const named = text.match(fileName) ?? [];
    t.true(named.length > least, `${named.length}`);
    // What the server writes, and the file of an environment.
    const others = ['server.json', 'NODE_ENV.json'];
    const missing = named.filter(
      (name) => !others.includes(name) && !paths.some((path) => path.endsWith(`/${name}`)),
    );
    // Made by building and by tests.
    const made = ['dist/', 'test/kept/', 'test/screenshots/'];
    const gone = (text.match(folderName) ?? []).filter(
      (name) => !made.includes(name) && !paths.some((path) => path.includes(`/${name}`)),
    );
    t.deepEqual([...new Set([...missing, ...gone])], []);
  });

test('ARCHITECTURE.md has every folder of src', async (t) => {
  const text = readFileSync(join(src, '../ARCHITECTURE.md'), 'utf8');
  const folders = (await files('**/*.{ts,tsx}')).map(({ path }) => path.split('/').slice(0, -1));
  const named = new Set(folders.map(([top, part]) => part ?? top).filter((name) => name !== undefined));
  t.deepEqual(
    [...named].filter((name) => !text.includes(`${name}/`)),
    [],
  );
});
