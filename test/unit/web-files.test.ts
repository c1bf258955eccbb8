/** The page's files: their names, their length, and whose styles are whose. */
import { existsSync, readFileSync } from 'node:fs';
import { glob } from 'node:fs/promises';
import { basename, join, relative } from 'node:path';
import test from 'ava';

const web = join(import.meta.dirname, '../../src/web');

async function files(pattern: string): Promise<{ path: string; name: string; text: string }[]> {
  const found = [];
  for await (const path of glob(`${web}/${pattern}`))
    found.push({ path: relative(web, path), name: basename(path), text: readFileSync(path, 'utf8') });
  return found.filter(({ name }) => !name.endsWith('.d.ts'));
}

test('a component and a class are in a file of their name, everything else in camel case', async (t) => {
  const wrong = (await files('**/*.{ts,tsx}')).filter(({ name, text }) => {
    const [own = '', extension] = name.split('.');
    if (name === 'index.tsx') return false;
    if (extension === 'tsx') return !new RegExp(`^export function ${own}\\b`, 'm').test(text);
    if (/^[A-Z]/.test(own)) return !text.includes(`export class ${own} `);
    return !/^[a-z][A-Za-z0-9]*$/.test(own);
  });
  t.deepEqual(
    wrong.map(({ path }) => path),
    [],
  );
});

test('no file of the page is longer than 300 lines', async (t) => {
  const long = (await files('**/*.{ts,tsx,css}')).filter(({ text }) => text.split('\n').length > 301);
  t.deepEqual(
    long.map(({ path }) => path),
    [],
  );
});

test('styles belong to the component of their name, and no other takes them', async (t) => {
  const borrowed = (await files('**/*.tsx')).flatMap(({ path, name, text }) =>
    [...text.matchAll(/from '([^']+\.module\.css)'/g)]
      .map(([, target]) => target as string)
      .filter((target) => target !== `./${name.replace('.tsx', '.module.css')}`)
      .map((target) => `${path} → ${target}`),
  );
  t.deepEqual(borrowed, []);
  const nobodys = (await files('**/*.module.css')).filter(
    ({ path }) => !existsSync(join(web, path.replace('.module.css', '.tsx'))),
  );
  t.deepEqual(nobodys, []);
});
