/** Mail addresses as people type and paste them. */
import test from 'ava';
import { parseMailbox } from '../../src/server/mailbox.ts';

const addresses: [string, string, string][] = [
  ['ｈａｎａｋｏ＠ｅｘａｍｐｌｅ．ｎｅｔ', '', 'hanako@example.net'],
  ['hanako＠example.net', '', 'hanako@example.net'],
  ['hanako@example。net', '', 'hanako@example.net'],
  ['\u3000hanako@example.net\u200b', '', 'hanako@example.net'],
  ['株式会社Ａ ＜ｓａｉｙｏ＠example.com＞', '株式会社Ａ', 'saiyo@example.com'],
  // What may be an address’s own stays.
  ['hanako@例え.jp', '', 'hanako@例え.jp'],
];

for (const [text, name, address] of addresses)
  test(`an address of an input method or the clipboard: ${JSON.stringify(text)}`, (t) => {
    t.deepEqual(parseMailbox(text), { name, address });
  });

// A full-width comma is a comma, and no letter of an address.
for (const text of ['ａ＠ｂ，ｃ＠ｄ', 'hana ko＠example.net', '＠example.net', 'a＜b＠c', '佐藤。'])
  test(`no address in full width either: ${JSON.stringify(text)}`, (t) => {
    t.is(parseMailbox(text), null);
  });
