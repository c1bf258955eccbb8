/** What may be a name, wherever somebody or something is named. */
import test from 'ava';
import { isSameName, nameProblem, storedName, withoutHidden } from '../../src/protocol/names.ts';

const honest = [
  '佐藤花子',
  'か\u3099',
  '㈱サンプル',
  'O’Brien',
  'Ünal',
  '김철수',
  '\u2800⠓⠑',
  // Variants of kanji (IVS, and the standardized ones), at the end too.
  '葛\u{E0100}城',
  '渡辻\u{E0101}',
  '神\uFE00田',
  '👩‍🚀',
  '👨‍👩‍👧‍👦',
  '❤️‍🔥',
  '👩🏽‍🚀',
  '🏳️‍🌈',
  '1️⃣',
  '🏴\u{E0067}\u{E0062}\u{E0065}\u{E006E}\u{E0067}\u{E007F}',
  // From right to left by themselves, and in scripts that are written with joiners.
  'محمد',
  'יוסף',
  'علی\u200Cرضا',
  'क्\u200Dष',
  'സുരേഷ് കുമാര്\u200D',
  'র\u200D্য',
];

for (const name of honest)
  test(`${JSON.stringify(name)} is a name, and stays as it is`, (t) => {
    t.is(nameProblem(name), null);
    t.is(withoutHidden(name), name);
  });

test('a name has 1 to 64 characters that are seen', (t) => {
  t.is(nameProblem('𠮷'.repeat(64)), null);
  t.is(nameProblem('𠮷'.repeat(65)), 'long');
  t.is(nameProblem('𠮷'.repeat(65), 65), null);
  for (const empty of ['', ' ', '　　', '\u00A0', '\uFEFF', '\u2800', '\u0301'])
    t.is(nameProblem(empty), 'empty', escape(empty));
  for (const control of ['a\u0000', 'a\tb', 'a\ud800'])
    t.is(nameProblem(control), 'control', escape(control));
});

test('nothing that is invisible or turns the direction is in a name', (t) => {
  const alone = [
    '\u200B',
    '\u3164',
    '\u115F',
    '\uFFA0',
    '\u2060',
    '\u034F',
    '\u180E',
    '\u200D',
    '\uFE0F',
    '\u{E0100}',
  ];
  const within = [
    '佐藤\u200B花子',
    'cv\u202Efdp',
    'a\u200E',
    '\u200Fא',
    '\u2066a\u2069',
    'a\u061C',
    'a\u00ADb',
    'a\uFEFFb',
    'a\u2028b',
    'a\uFFF9b',
    '花\u3164子',
    // Joiners, variants and tags after what they do not belong to: two names that look alike.
    '佐藤\u200D花子',
    'a\u200Cb',
    '👩‍\u200D🚀',
    'a\uFE0F',
    'あ\u{E0100}',
    'a\u{E0041}',
  ];
  for (const name of [...alone, ...within]) t.is(nameProblem(name), 'hidden', escape(name));
  t.is(withoutHidden('佐藤\u200B花子\u202E'), '佐藤花子');
  t.is(withoutHidden('cv\u202Efdp.exe', '_'), 'cv_fdp.exe');
});

test('a name is stored composed, but for the kanji that people write their own name with', (t) => {
  t.is(storedName(' か\u3099く '), 'がく');
  t.is(storedName('Zoe\u0308'), 'Zoë');
  // NFC would make 塚 of the first, and 神 of the second.
  t.is(storedName('\uFA10か\u3099'), '\uFA10が');
  t.is(storedName('\uFA19'), '\uFA19');
  t.is(nameProblem('か\u3099'.repeat(64)), null);
  t.is(nameProblem('が'.repeat(65).normalize('NFD')), 'long');
});

test('two forms are one name; widths, capitals and spaces within are not', (t) => {
  t.true(isSameName('がく', 'か\u3099く '));
  t.true(isSameName('塚', '\uFA10'));
  for (const other of ['ガク', 'かく', 'ｶﾞｸ', 'が く']) t.false(isSameName('がく', other), other);
  t.false(isSameName('', ' '));
});
