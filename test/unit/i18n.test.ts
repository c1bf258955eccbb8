import { readFileSync } from 'node:fs';
import { glob } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { en as callEn } from '../../src/web/i18n/call/en.ts';
import { ja as callJa } from '../../src/web/i18n/call/ja.ts';
import { en as earlyEn } from '../../src/web/i18n/early/en.ts';
import { ja as earlyJa, type Left } from '../../src/web/i18n/early/ja.ts';
import { en } from '../../src/web/i18n/en.ts';
import { en as helpEn } from '../../src/web/i18n/help/en.ts';
import { ja as helpJa } from '../../src/web/i18n/help/ja.ts';
import { en as inAppEn } from '../../src/web/i18n/inApp/en.ts';
import { ja as inAppJa } from '../../src/web/i18n/inApp/ja.ts';
import { ja } from '../../src/web/i18n/ja.ts';
import { languageOf } from '../../src/web/i18n/language.ts';
import { en as refusedEn } from '../../src/web/i18n/refused/en.ts';
import { ja as refusedJa } from '../../src/web/i18n/refused/ja.ts';
import { isSameDay } from '../../src/web/i18n/roomTimes.ts';
import { en as settingsEn } from '../../src/web/i18n/settings/en.ts';
import { ja as settingsJa } from '../../src/web/i18n/settings/ja.ts';
import { speedText } from '../../src/web/i18n/speedText.ts';

const parts = {
  page: [ja, en],
  call: [callJa, callEn],
  settings: [settingsJa, settingsEn],
  help: [helpJa, helpEn],
  refused: [refusedJa, refusedEn],
  early: [earlyJa, earlyEn],
  inApp: [inAppJa, inAppEn],
} as unknown as Record<string, [Tree, Tree]>;

type Tree = { [key: string]: string | Tree | ((...args: never[]) => string) };

/** Every text of a language by its path; functions as they are. */
function texts(tree: Tree, prefix = ''): [string, unknown][] {
  return Object.entries(tree).flatMap(([key, value]) =>
    typeof value === 'object'
      ? texts(value, `${prefix}${key}.`)
      : [[prefix + key, value] as [string, unknown]],
  );
}

/** All of the page's code but the words themselves. */
async function pageSource(): Promise<string> {
  const folder = join(import.meta.dirname, '../../src/web');
  const files: string[] = [];
  for await (const path of glob(`${folder}/**/*.{ts,tsx}`))
    if (!/i18n\/(\w+\/)?(ja|en)\.ts$/.test(path)) files.push(path);
  return files.map((path) => readFileSync(path, 'utf8')).join('\n');
}

/**
 * A text is used when its own name stands in the code, or when it is chosen among its siblings by a variable: then
 * their common name must stand there before a bracket.
 */
function isUsed(path: string, source: string): boolean {
  const [name, parent] = path.split('.').reverse() as [string, string | undefined];
  if (/^\d+$/.test(name) || /\.\d+\./.test(path)) return true;
  if (new RegExp(`[.{,\\s]${name}\\b`).test(source)) return true;
  return parent !== undefined && new RegExp(`\\b${parent}(\\.value)?\\[`).test(source);
}

test('both languages say the same things, and nothing is empty', (t) => {
  for (const [part, [ja, en]] of Object.entries(parts)) {
    const [japanese, english] = [texts(ja), texts(en)];
    t.deepEqual(
      english.map(([path]) => path),
      japanese.map(([path]) => path),
      part,
    );
    for (const [path, text] of [...japanese, ...english]) {
      t.true(typeof text === 'function' || String(text).trim() !== '', `${part}.${path}`);
    }
  }
});

test('every text is used somewhere', async (t) => {
  const source = await pageSource();
  const unused = Object.entries(parts).flatMap(([part, [ja]]) =>
    texts(ja)
      .map(([path]) => path)
      .filter((path) => !isUsed(path, source))
      .map((path) => `${part}.${path}`),
  );
  t.deepEqual(unused, []);
});

test('nothing is left in the other language', (t) => {
  const isJapanese = (text: unknown) => /[\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Han}]/u.test(String(text));
  const all = Object.values(parts).flatMap(([, english]) => texts(english));
  const strangers = all.filter(([path, text]) => isJapanese(text) && path !== 'language.other');
  t.deepEqual(strangers, []);
});

test('the labels are those of the manual', (t) => {
  const { items, proceed } = ja.check;
  t.deepEqual(Object.values(items), [
    'ブラウザ',
    'カメラ',
    'マイク',
    'オーディオ',
    '回線速度',
    'セキュリティ',
  ]);
  t.is(proceed, '待機画面へ進む');
  const { company, name, connect, request, requested, counts, taken } = ja.waiting;
  t.deepEqual([company, name, connect], ['会社名', 'お名前', '接続']);
  t.deepEqual([request, requested], ['参加をリクエストする', '管理者の承認をお待ちください']);
  t.deepEqual(counts, { waiting: '待機画面接続中', inCall: '通話画面接続中' });
  t.is(taken, '既に通話画面に接続されています。');
  t.is(refusedJa.closed, '受付可能時間外です');
  t.true(earlyJa.lead.includes(refusedJa.closed));
  t.true(earlyEn.lead.startsWith(refusedEn.closed));
  const { bar, allow, menu, quality, volume, people, hold } = callJa;
  t.is(allow, '許可する');
  t.deepEqual([bar.chat, bar.people, bar.leave, bar.more], ['チャット', '参加者', '退出', '詳細アクション']);
  t.deepEqual([bar.raise, bar.lower, bar.toTile], ['手を挙げる', '手を下げる', 'タイルビュー']);
  t.deepEqual(
    Object.values(menu).toSorted(),
    [
      'デバイス設定',
      'ヘルプ',
      'ビデオの品質を管理',
      'フルスクリーン表示',
      'フルスクリーン表示を終了',
      '全員のカメラを無効にする',
      '全員をミュート',
      '参加リクエスト通知音量',
      '背景を選択',
      // Beside the manual's.
      '待機中の方へのメッセージ',
      '小さいウィンドウで表示',
      '小さいウィンドウを閉じる',
      '自分の映像を隠す',
      '自分の映像を表示',
    ].toSorted(),
  );
  t.deepEqual(Object.values(quality.names), ['音声のみ', '低', '中', '高']);
  t.deepEqual(Object.values(volume.names), ['小', '中', '大', 'ミュート']);
  t.deepEqual([people.hold, people.capture], ['保留', '画面をキャプチャする']);
  t.is(hold.title, '管理者によって保留中に設定されました');
  t.is(callJa.sharing.now, '画面共有中');
  t.is(callJa.chat.clear, 'チャット履歴の全削除');
  t.deepEqual([settingsJa.title, settingsJa.sound], ['デバイス設定', 'テストサウンドを再生']);
  t.is(settingsJa.background.add, '背景追加');
  t.is(ja.waiting.entry.title, '参加者の一括設定');
  const { reconnect, participants, chat: download } = callJa.end;
  t.deepEqual([reconnect, participants, download], ['再接続', '参加者リスト', 'チャットダウンロード']);
});

test('times are told in the room’s own zone', (t) => {
  const at = '2023-12-08T10:20:00.000Z';
  t.is(earlyJa.beginsAt(at, 'Asia/Tokyo', false), '2023年12月8日(金) 19:20');
  t.is(earlyJa.beginsAt(at, 'Asia/Tokyo', true), '2023年12月8日(金) 19:20 日本標準時');
  t.is(earlyJa.opensAt(at, 'Europe/Berlin', true), '11:20から');
  t.is(earlyJa.opensAt(at, 'Asia/Tokyo', false), '12月8日 19:20から');
  t.is(earlyJa.opensAtAlone(at, 'Asia/Tokyo', true), '12月8日 19:20 日本標準時から');
  t.regex(refusedJa.expired(at, 'Europe/Berlin', false), / 2023年12月8日 11:20 に/);
  t.is(ja.room.when(at, 'Asia/Tokyo', false), '12月8日(金) 19:20');
  t.regex(en.room.when(at, 'Asia/Tokyo', false), /^Fri, Dec 8, 7:20\sPM$/);
  t.regex(en.room.when(at, 'Asia/Tokyo', true), /^Fri, Dec 8, 7:20\sPM Japan Standard Time$/);
  t.is(ja.room.end(at, 'Asia/Tokyo', false, true), '19:20');
  t.is(ja.room.end(at, 'Asia/Tokyo', false, false), '12月8日(金) 19:20');
  t.regex(en.room.end(at, 'Asia/Tokyo', true, false), /^Fri, Dec 8, 7:20\sPM Japan Standard Time$/);
  t.regex(en.room.end(at, 'Asia/Tokyo', false, true), /^7:20\sPM$/);
  const evening = new Date('2023-12-08T14:30:00.000Z');
  t.true(isSameDay(new Date(at), evening, 'Asia/Tokyo'));
  t.false(isSameDay(evening, new Date('2023-12-08T15:30:00.000Z'), 'Asia/Tokyo'), 'past midnight there');
  t.regex(earlyEn.opensAt(at, 'Asia/Tokyo', true), /^from 7:20\sPM$/);
});

test('in English a time that stands alone says of which zone it is, wherever the reader is', (t) => {
  const at = '2023-12-08T10:20:00.000Z';
  const told = (isElsewhere: boolean) => [
    earlyEn.beginsAt(at, 'Asia/Tokyo', isElsewhere),
    earlyEn.opensAtAlone(at, 'Asia/Tokyo', isElsewhere),
    refusedEn.expired(at, 'Asia/Tokyo', isElsewhere),
  ];
  for (const text of [...told(false), ...told(true)]) t.regex(text, /7:20\sPM Japan Standard Time/);
});

test('「管理者」 stands where the manual has it, and nowhere else', (t) => {
  const japanese = Object.values(parts).flatMap(([words]) => texts(words));
  const said = japanese.filter(([, text]) => String(text).includes('管理者'));
  t.deepEqual(
    said.map(([, text]) => text),
    ['管理者の承認をお待ちください', '管理者によって保留中に設定されました'],
  );
});

test('how long it is until the room opens is told by what people count it in', (t) => {
  const told = (left: Partial<Left>) => {
    const all = { days: 0, hours: 0, minutes: 0, seconds: 0, ...left };
    return [earlyJa.time(all), earlyEn.time(all)];
  };
  t.deepEqual(told({ days: 3, hours: 2, minutes: 59 }), ['3日と2時間', '3 days 2 hours']);
  t.deepEqual(told({ hours: 1, minutes: 5, seconds: 9 }), ['1時間5分', '1 hour 5 min']);
  t.deepEqual(told({ minutes: 5, seconds: 9 }), ['5分09秒', '5 min 09 s']);
  t.deepEqual(told({ seconds: 9 }), ['9秒', '9 s']);
});

test('Japanese first: English only where the browser puts another language before it', (t) => {
  t.is(languageOf([]), 'ja');
  t.is(languageOf(['ja-JP', 'en']), 'ja');
  t.is(languageOf(['en-US', 'ja']), 'en');
  t.is(languageOf(['de']), 'en');
});

test('a line is told as exactly as it was measured', (t) => {
  const told = (downMbps: number, upMbps: number) =>
    [ja, en].map((words) => speedText(words, { downMbps, upMbps }));
  t.deepEqual(told(20.44, 3.06), ['下り 20 Mbps、上り 3.1 Mbps です。', '20 Mbps down, 3.1 Mbps up.']);
  t.deepEqual(told(100, 45), [
    '下り 100 Mbps 以上、上り 45 Mbps です。',
    '100 Mbps or more down, 45 Mbps up.',
  ]);
});
