import { randomUUID } from 'node:crypto';
import test from 'ava';
import { checkReportSchema, nameSchema, requestSchemas } from '../../src/protocol/messages.ts';

const accepts = (schema: { safeParse(value: unknown): { success: boolean } }, value: unknown) =>
  schema.safeParse(value).success;

test('a name is trimmed and has 1 to 64 characters, as people count them', (t) => {
  t.is(nameSchema.parse('  面接太郎　'), '面接太郎');
  t.true(accepts(nameSchema, '𠮷'.repeat(64)));
  t.false(accepts(nameSchema, '𠮷'.repeat(65)));
  for (const bad of [
    '',
    ' ',
    '　　',
    'a\nb',
    'a\u0000',
    'a\ud800',
    'x'.repeat(65),
    '\u3164',
    'a\u202Eb',
    7,
    null,
    undefined,
  ]) {
    t.false(accepts(nameSchema, bad), JSON.stringify(bad));
  }
});

test('a chat message has 1 to 255 characters, markup and line breaks included', (t) => {
  const chat = (text: unknown) => accepts(requestSchemas.sendChat, { clientId: randomUUID(), text });
  for (const good of ['a', 'x'.repeat(255), '😀'.repeat(255), '<script>', 'a\nb', '  a'])
    t.true(chat(good), good);
  for (const bad of ['', '   ', '\n', 'x'.repeat(256), 3, null]) t.false(chat(bad), JSON.stringify(bad));
});

test('a chat message is kept without what is invisible and what no database keeps', (t) => {
  const kept = (text: string) => requestSchemas.sendChat.parse({ clientId: randomUUID(), text }).text;
  t.is(kept('はい\0、いいえ\u000b\u001b[31m'), 'はい、いいえ[31m');
  t.is(kept('\t1行目\r\n2行目'), '\t1行目\r\n2行目');
  t.is(kept('a\ud800b'), 'a\ufffdb');
  t.throws(() => kept('\0\0'));
});

test('the name of a browser is kept without what no database keeps', (t) => {
  const kept = (browser: string) => checkReportSchema.shape.browser.parse(browser);
  t.is(kept('Chrome\0 156\ud800'), 'Chrome 156\ufffd');
  t.throws(() => kept('x'.repeat(201)));
});

test('what a schema does not name is refused', (t) => {
  t.false(accepts(requestSchemas.enter, { company: 'a', name: 'b', role: 'interviewer' }));
  t.false(accepts(requestSchemas.leave, { everyone: true }));
  t.false(accepts(requestSchemas.join, { keepMedia: 'yes' }));
});
