import test from 'ava';
import { en } from '../../src/web/i18n/en.ts';
import { ja } from '../../src/web/i18n/ja.ts';
import { languageOf } from '../../src/web/i18n/language.ts';

type Tree = { [key: string]: string | Tree | ((...args: never[]) => string) };

/** Every text of a language by its path; functions as they are. */
function texts(tree: Tree, prefix = ''): [string, unknown][] {
  return Object.entries(tree).flatMap(([key, value]) =>
    typeof value === 'object'
      ? texts(value, `${prefix}${key}.`)
      : [[prefix + key, value] as [string, unknown]],
  );
}

test('both languages say the same things, and nothing is empty', (t) => {
  const [japanese, english] = [texts(ja as Tree), texts(en as Tree)];
  t.deepEqual(
    english.map(([path]) => path),
    japanese.map(([path]) => path),
  );
  for (const [path, text] of [...japanese, ...english]) {
    t.true(typeof text === 'function' || String(text).trim() !== '', path);
  }
});

test('nothing is left in the other language', (t) => {
  const isJapanese = (text: unknown) => /[\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Han}]/u.test(String(text));
  const strangers = texts(en as Tree).filter(([path, text]) => isJapanese(text) && path !== 'language.other');
  t.deepEqual(strangers, []);
});

test('the labels are those of the manual', (t) => {
  const { items, proceed } = ja.check;
  t.deepEqual(Object.values(items), ['ブラウザ', 'カメラ', 'マイク', 'セキュリティ']);
  t.is(proceed, '待機画面へ進む');
  const { company, name, connect, request, requested, counts, taken } = ja.waiting;
  t.deepEqual([company, name, connect], ['会社名', 'お名前', '接続']);
  t.deepEqual([request, requested], ['参加をリクエストする', '管理者の承認をお待ちください']);
  t.deepEqual(counts, { waiting: '待機画面接続中', inCall: '通話画面接続中' });
  t.is(taken, '既に通話画面に接続されています。');
  t.is(ja.problem.closed, '受付可能時間外です');
  const { chat, leave, allow } = ja.call;
  t.deepEqual([chat, leave, allow], ['チャット', '退出', '許可する']);
  const { reconnect, participants, chat: download } = ja.end;
  t.deepEqual([reconnect, participants, download], ['再接続', '参加者リスト', 'チャットダウンロード']);
});

test('times are told in the room’s own zone', (t) => {
  const at = '2023-12-08T10:20:00.000Z';
  t.true(ja.problem.early(at, 'Asia/Tokyo').includes('2023年12月8日 19:20'));
  t.true(ja.problem.expired(at, 'Europe/Berlin').includes('11:20'));
  t.true(en.problem.early(at, 'Asia/Tokyo').includes('December 8, 2023'));
});

test('Japanese first: English only where the browser puts another language before it', (t) => {
  t.is(languageOf([]), 'ja');
  t.is(languageOf(['ja-JP', 'en']), 'ja');
  t.is(languageOf(['en-US', 'ja']), 'en');
  t.is(languageOf(['de']), 'en');
});
