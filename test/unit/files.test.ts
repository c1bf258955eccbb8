import test from 'ava';
import { limits } from '../../src/protocol/limits.ts';
import type { AppError } from '../../src/server/errors.ts';
import { safeName } from '../../src/server/records/zip.ts';
import { assertFileSize, fileType, safeFileName } from '../../src/server/room/fileNames.ts';

const names: Record<string, string> = {
  'スケジュール.txt': 'スケジュール.txt',
  '../../x': 'x',
  '..\\..\\windows\\win.ini': 'win.ini',
  '/etc/passwd': 'passwd',
  '.bashrc': 'bashrc',
  '..': 'file',
  '': 'file',
  '   ': 'file',
  'a\u0000b\r\nc.txt': 'a_b__c.txt',
  'cv\u202Efdp.exe': 'cv_fdp.exe',
  '\u3164\u200B.txt': '__.txt',
  '葛\u{E0100}城 👩‍🚀.txt': '葛\u{E0100}城 👩‍🚀.txt',
  'a:b*c?.txt': 'a_b_c_.txt',
  'ends. . .': 'ends',
};

for (const [given, safe] of Object.entries(names)) {
  test(`a file named ${JSON.stringify(given)} is kept as ${safe}`, (t) => t.is(safeFileName(given), safe));
}

test('a long name is shortened and keeps its ending', (t) => {
  const name = safeFileName(`${'長'.repeat(300)}.docx`);
  t.is([...name].length, limits.fileNameCharacters);
  t.true(name.endsWith('長.docx'));
});

test('a name of two million dots takes no longer than its length', (t) => {
  t.is(safeFileName(`a${'.'.repeat(2_000_000)}`), 'a');
  // By a pattern for the end, this one took half a second at 15,000, and hours at this length.
  t.is([...safeFileName(`a${' .'.repeat(1_000_000)}b`)].length, limits.fileNameCharacters);
});

test('a type is one, or any', (t) => {
  t.is(fileType('text/html; charset=utf-8'), 'text/html');
  t.is(fileType('IMAGE/PNG'), 'image/png');
  for (const none of ['', 'text', 'a/b/c', '<script>/x', `a/${'b'.repeat(60)}`])
    t.is(fileType(none), 'application/octet-stream', none);
});

test('a file has something in it and at most 5 MB', (t) => {
  const code = (bytes: number) => {
    try {
      assertFileSize(bytes);
      return null;
    } catch (error) {
      return (error as AppError).code;
    }
  };
  t.deepEqual([0, 1, limits.fileBytes, limits.fileBytes + 1].map(code), [
    'bad_request',
    null,
    null,
    'too_big',
  ]);
  t.is(limits.fileBytes, 5_242_880);
});

test('in an archive no name leads out of its folder, whatever was stored', (t) => {
  const paths = [
    '../../x',
    '..\\..\\x',
    '/etc/passwd',
    'C:\\x',
    '..',
    '.',
    '',
    'a\u0000b',
    'a. . ',
    '佐藤花子/../x',
  ];
  for (const path of paths) {
    const name = safeName(path);
    t.notRegex(name, /[/\\:\p{Cc}]|^\.*$|[. ]$/u, path);
  }
  t.is(safeName('スケジュール 1.txt'), 'スケジュール 1.txt');
});
