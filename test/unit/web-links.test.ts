/** Links in what people write in the chat. */
import test from 'ava';
import { linksIn } from '../../src/web/models/links.ts';

const links = (text: string) => linksIn(text).flatMap(({ text: part, isLink }) => (isLink ? [part] : []));

const found: [string, string[]][] = [
  ['https://example.com', ['https://example.com']],
  ['こちら→https://example.com/a?b=c#dをご覧ください', ['https://example.com/a?b=c#d']],
  ['資料はhttps://example.com/a。よろしく', ['https://example.com/a']],
  ['（https://example.com/a）', ['https://example.com/a']],
  ['「https://example.com/a」、', ['https://example.com/a']],
  ['https://example.com/a、https://example.com/b', ['https://example.com/a', 'https://example.com/b']],
  [
    'See https://example.com/a. Or (https://example.com/b)!',
    ['https://example.com/a', 'https://example.com/b'],
  ],
  [
    'https://en.wikipedia.org/wiki/Job_(disambiguation)',
    ['https://en.wikipedia.org/wiki/Job_(disambiguation)'],
  ],
  ['(see https://example.com/a_(b))', ['https://example.com/a_(b)']],
  ['"https://example.com/a", <https://example.com/b>', ['https://example.com/a', 'https://example.com/b']],
  ['HTTP://EXAMPLE.COM/A', ['HTTP://EXAMPLE.COM/A']],
  ['http://localhost:3000/room#x\nhttp://[::1]/', ['http://localhost:3000/room#x', 'http://[::1]/']],
  ['https://example.com/%E9%9D%A2%E6%8E%A5', ['https://example.com/%E9%9D%A2%E6%8E%A5']],
  ['javascript:alert(1) data:text/html,x file:///etc/passwd ftp://example.com mailto:a@example.com', []],
  ['javascript:https://example.com/', ['https://example.com/']],
  ['https:// http://。 https://example.com@evil.example/ https://a:b@evil.example/', []],
  ['何もありません', []],
  ['', []],
];

for (const [text, expected] of found) {
  test(`${JSON.stringify(text)} has ${expected.length} links, and nothing of it is lost`, (t) => {
    t.deepEqual(links(text), expected);
    t.is(
      linksIn(text)
        .map(({ text: part }) => part)
        .join(''),
      text,
    );
  });
}

test('of an address that goes on in Japanese no part is a link to another page', (t) => {
  const links = (text: string) => linksIn(text).flatMap((part) => (part.isLink ? [part.text] : []));
  t.deepEqual(links('https://ja.wikipedia.org/wiki/面接 です'), []);
  t.deepEqual(links('https://example.com/?q=面接'), ['https://example.com/?q=']);
  t.deepEqual(links('https://example.com/を開いてください'), ['https://example.com/']);
  t.deepEqual(links('https://example.com/mapをご覧ください'), ['https://example.com/map']);
});
