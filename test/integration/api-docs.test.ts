/** docs/api.md: what it shows is run as it stands there, and what it lists is what there is. */
import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import test from 'ava';
import { scopes } from '../../src/server/admin/keys.ts';
import { operations } from '../../src/server/api/operations.ts';
import { problemKinds } from '../../src/server/api/problems.ts';
import { newKey, startApiServer } from '../helpers/api.ts';
import { temporaryFolder } from '../helpers/store.ts';

const document = await readFile(join(import.meta.dirname, '../../docs/api.md'), 'utf8');

const block = (language: string, beginning: string) => {
  const found = [...document.matchAll(new RegExp(`\`\`\`${language}\n([\\s\\S]*?)\`\`\``, 'g'))]
    .map(([, text]) => text as string)
    .find((text) => text.startsWith(beginning));
  if (!found) throw new Error(`there is no block of ${language} that begins with ${beginning}`);
  return found;
};

test('an interview is booked with curl, and with Node, as the document shows', async (t) => {
  const { server } = await startApiServer(t);
  const { key } = await newKey(server, ['rooms:read', 'rooms:write', 'records:read']);
  const env = { ...process.env, API_URL: server.url, API_KEY: key };
  const run = promisify(execFile);
  const curl = await run('sh', ['-c', block('sh', 'curl ')], { env });
  t.is(JSON.parse(curl.stdout).links[1].applicant, '佐藤花子');
  const script = join(await temporaryFolder(t), 'book.mjs');
  await writeFile(script, block('js', 'const { API_URL'));
  const node = await run(process.execPath, [script], { env });
  t.regex(node.stdout, /^佐藤花子: http:\/\/\S+\/room#\S+\nmoved to 2099-04-01T02:00:00\.000Z\n$/);
  const rooms = await server.store.rooms.list({ limit: 9 });
  t.deepEqual(
    rooms.map(({ name }) => name),
    ['9110-1-to', '9110-2-to'],
  );
});

test('the tables of the document are what there is', (t) => {
  for (const { method, path, scope } of operations)
    t.true(document.includes(`| \`${method.toUpperCase()} ${path}\` | \`${scope}\` |`), `${method} ${path}`);
  for (const [kind, [status, title]] of Object.entries(problemKinds))
    t.true(document.includes(`| \`${kind}\` | ${status} | ${title} |`), kind);
  for (const [scope, what] of Object.entries(scopes))
    t.true(document.includes(`| \`${scope}\` | ${what} |`), scope);
});
