/** The OpenAPI document, and a client that a public generator makes of it. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import test from 'ava';
import { transform } from 'esbuild';
import { generateApi } from 'swagger-typescript-api';
import { startApiServer } from '../helpers/api.ts';
import { temporaryFolder } from '../helpers/store.ts';

type Json = Record<string, unknown>;

const kept = join(import.meta.dirname, '../../docs/openapi.json');

test('the document that is served is the one in docs, and holds together', async (t) => {
  const { ask } = await startApiServer(t);
  const { json, status } = await ask('GET', '/openapi.json', { key: null });
  t.is(status, 200);
  t.deepEqual(json, JSON.parse(await readFile(kept, 'utf8')), 'run npm run reference');
  t.regex(json.openapi, /^3\.1\.\d$/);
  const references = [...JSON.stringify(json).matchAll(/"\$ref":"#\/components\/schemas\/(\w+)"/g)].map(
    ([, name]) => name,
  );
  t.true(references.length > 20);
  for (const name of references) t.truthy(json.components.schemas[name as string], name);
  const ids = Object.values(json.paths as Record<string, Json>).flatMap((path) =>
    Object.values(path).map((operation) => (operation as Json).operationId),
  );
  t.is(new Set(ids).size, ids.length);
});

test('a client made by a public generator books, reads, changes, pages, exports and deletes', async (t) => {
  const { server, key } = await startApiServer(t);
  const { Api } = await client(t);
  const api = new Api({
    baseUrl: `${server.url}/api/v1`,
    baseApiParams: { headers: { Authorization: `Bearer ${key}` } },
  });
  const booked = await api.rooms.createRoom(
    { name: '9110-1-to', from: '2099-04-01T10:00:00+09:00', durationMinutes: 60, applicants: ['佐藤花子'] },
    { headers: { 'Idempotency-Key': 'one' } },
  );
  t.is(booked.status, 201);
  const { id, links } = booked.data;
  t.is(links[1].applicant, '佐藤花子');
  const { data: page } = await api.rooms.listRooms({ limit: 1, name: '9110' });
  t.deepEqual([page.items[0].id, page.next], [id, null]);
  const { data: changed } = await api.rooms.updateRoom(
    { roomId: id },
    { note: '二次' },
    { headers: { 'If-Match': booked.headers.get('ETag') } },
  );
  t.is(changed.version, 2);
  const { data: link } = await api.rooms.reissueLink({ roomId: id, linkId: links[1].id });
  t.not(link.url, links[1].url);
  t.is((await api.rooms.listLinks({ roomId: id })).data.items.length, 2);
  t.deepEqual((await api.rooms.listAttendance({ roomId: id, limit: 10 })).data, { items: [], next: null });
  const file = await api.rooms.exportRecords({ roomId: id, kind: 'chat' });
  t.true((await file.text()).includes('メッセージ'));
  const stale = { headers: { 'If-Match': '"1"' } };
  const refused = await api.rooms
    .updateRoom({ roomId: id }, { note: '三次' }, stale)
    .catch((answer: { error: Json }) => answer);
  t.is(refused.error.type, 'urn:webinterview:problem:changed');
  t.is((await api.rooms.deleteRoom({ roomId: id }, { headers: { 'If-Match': '"2"' } })).status, 204);
});

/** Of the document as it lies in docs; the generator writes TypeScript. */
async function client(t: Parameters<typeof temporaryFolder>[0]) {
  const { files } = await generateApi({
    input: kept,
    output: false,
    silent: true,
    httpClientType: 'fetch',
    extractRequestParams: true,
  });
  const [file] = files;
  if (!file) throw new Error('the generator made nothing');
  const { code } = await transform(file.fileContent, { loader: 'ts', format: 'esm' });
  const path = join(await temporaryFolder(t), 'client.mjs');
  await writeFile(path, code);
  return import(pathToFileURL(path).href);
}
