/** The names that rooms and files have in an archive, which any system is to unpack. */
import test from 'ava';
import { fileEntries } from '../../src/server/admin/archive.ts';
import { safeName } from '../../src/server/records/zip.ts';
import type { RoomRecord } from '../../src/server/room/records.ts';
import { aMessage, aRoom, collect } from '../helpers/store.ts';

const bytes = (text: string) => Buffer.byteLength(text);

test('a name has 255 bytes at most, whole characters, and keeps its ending', (t) => {
  t.is(safeName('あ'.repeat(85)), 'あ'.repeat(85));
  t.is(safeName('あ'.repeat(120)), 'あ'.repeat(85));
  t.is(safeName(`${'あ'.repeat(120)}.txt`), `${'あ'.repeat(83)}.txt`);
  t.is(safeName(`${'あ'.repeat(120)}.tar.gz`), `${'あ'.repeat(84)}.gz`);
  // A family of four is one character of 25 bytes, and か with its own accent one of six.
  t.is(safeName('👨‍👩‍👧‍👦'.repeat(20)), '👨‍👩‍👧‍👦'.repeat(10));
  t.is(safeName('か\u3099'.repeat(120)), 'か\u3099'.repeat(42));
  // What follows the last dot is not always an ending.
  t.is(safeName(`a.${'b'.repeat(300)}`), `a.${'b'.repeat(253)}`);
  t.is(safeName(`${'a'.repeat(250)}. . .${'b'.repeat(30)}`), 'a'.repeat(250));
  t.is(safeName(`a${'\u0301'.repeat(300)}.txt`), '_.txt');
  t.is(safeName('あ'.repeat(120), 10), 'あああ');
});

test('the names of Windows’ devices are made others', (t) => {
  for (const name of ['CON', 'nul', 'Com1', 'LPT9', 'com²', 'PRN.txt', 'aux .tar.gz', 'CONIN$'])
    t.is(safeName(name), `_${name}`);
  for (const name of ['CONSOLE', 'com', 'com10', 'nul-1', '0001 CON', 'xcon']) t.is(safeName(name), name);
  t.is(safeName('con '), '_con');
});

test('a name does not deceive, and keeps what belongs to its characters', (t) => {
  t.is(safeName('0001 cv\u202Efdp.exe'), '0001 cv_fdp.exe');
  t.is(safeName('\u3164\u200B'), '__');
  t.is(safeName('葛\u{E0100}城 👩‍🚀'), '葛\u{E0100}城 👩‍🚀');
});

/** Where the files lie that are sent in these rooms, one after the other. */
async function pathsOf(rooms: RoomRecord[], name: string): Promise<string[]> {
  const file = { id: 'f', name, type: 'text/plain', bytes: 1 };
  async function* given() {
    for (const room of rooms) yield { room, record: aMessage(room, { file }) };
  }
  const entries = await collect(fileEntries({ readFile: async () => null }, given()));
  return entries.map(({ path }) => path);
}

test('rooms that differ in capitals alone, or in how an accent is written, have each their folder', async (t) => {
  const [big, small] = [aRoom({ name: 'A' }), aRoom({ name: 'a' })];
  const [whole, apart, device] = [aRoom({ name: 'が' }), aRoom({ name: 'か\u3099' }), aRoom({ name: 'NUL' })];
  const paths = await pathsOf([big, small, big, small, whole, apart, device], 'x.txt');
  t.deepEqual(paths, [
    'A/0001 x.txt',
    `a ${small.id}/0001 x.txt`,
    'A/0002 x.txt',
    `a ${small.id}/0002 x.txt`,
    'が/0001 x.txt',
    `か\u3099 ${apart.id}/0001 x.txt`,
    `_NUL ${device.id}/0001 x.txt`,
  ]);
});

test('no name of a path is too long, with its number and the room’s id in it', async (t) => {
  const rooms = ['面'.repeat(120), `${'面'.repeat(119)}接`].map((name) => aRoom({ name }));
  const paths = await pathsOf(rooms, `${'応'.repeat(120)}.pdf`);
  t.is(new Set(paths.map((path) => path.split('/')[0])).size, 2);
  for (const path of paths) {
    t.regex(path, /^面+ [\w-]+\/0001 応+\.pdf$/);
    for (const name of path.split('/')) t.true(bytes(name) <= 255, `${bytes(name)}: ${name}`);
  }
});
