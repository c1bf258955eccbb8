/** A room's link that was changed on its way: what is understood of it, and that nothing is guessed. */
import test from 'ava';
import { roomOf, tokenIn } from '../../src/protocol/link.ts';

const token = `${'Ab1_'.repeat(10)}x-y0`;

const whole: [string, string][] = [
  ['as it is', `#${token}`],
  ['a full stop', `#${token}.`],
  ['a bracket of HTML', `#${token}>`],
  ['an encoded one', `#${token}%3E`],
  ['a bracket', `#${token})`],
  ['a Japanese full stop', `#${token}。`],
  ['the same as browsers encode it', `#${token}%E3%80%82`],
  ['a Japanese bracket and words', `#${token}」をご覧ください`],
  ['a space', `#${token}%20`],
  ['encoded twice', `#${token}%2520`],
  ['quotation marks', `#"${token}"`],
  ['emphasis', `#${token}_`],
  ['a zero-width space', `#\u200b${token.slice(0, 20)}\u200b${token.slice(20)}\ufeff`],
  ['the same as browsers encode it', `#${token.slice(0, 20)}%E2%80%8B${token.slice(20)}`],
  ['a soft hyphen', `#${token.slice(0, 20)}%C2%AD${token.slice(20)}`],
  ['a line that was broken', `#${token.slice(0, 30)}%0D%0A${token.slice(30)}`],
  ['a mail’s tracking', `#${token}?utm_source=mail&utm_medium=x`],
  ['another #', `##${token}`],
  ['an encoded #', `#%23${token}`],
  ['full width, as an input method has it', `＃${token.replaceAll('A', 'Ａ')}`],
  ['an escape that is none', `#${token}%E3%8`],
];

for (const [what, fragment] of whole) {
  test(`the token is found within ${what}: ${fragment}`, (t) => {
    t.is(tokenIn(fragment), token);
  });
}

test('what is not the whole of a token is none', (t) => {
  for (const fragment of [
    '',
    '#',
    '#x',
    `#${token.slice(1)}`,
    `#${token}x`,
    `#${token.slice(0, 30)}.`,
    '#%E3%80',
    '#%%',
  ])
    t.is(tokenIn(fragment), null, fragment);
});

const rooms: [string, string][] = [
  ['/room/', '/room'],
  ['//room', '/room'],
  ['/Room', '/room'],
  ['/ROOM//', '/room'],
  ['/room.', '/room'],
  ['/room%E3%80%82', '/room'],
  ['/room%20', '/room'],
  ['/room%E2%80%8B', '/room'],
  ['//', '/room'],
  [`/room%23${token}`, `/room#${token}`],
  [`/room%2523${token}`, `/room#${token}`],
  [`/room%252523${token}`, `/room#${token}`],
  [`/room/%23${token}.`, `/room#${token}`],
  [`/ROOM%EF%BC%83${token}%E3%80%82`, `/room#${token}`],
  [`/room%3Futm=1%23${token}`, `/room#${token}`],
  [`/%23${token}`, `/room#${token}`],
  [`/room/${token}`, `/room#${token}`],
  [`/room${token}`, `/room#${token}`],
  [`/room%23${token.slice(0, 30)}`, `/room#${token.slice(0, 30)}`],
  ['/room%23', '/room'],
];

for (const [path, room] of rooms) {
  test(`${path} leads to ${room}`, (t) => {
    t.is(roomOf(path), room);
  });
}

test('other paths lead to no room', (t) => {
  const others = [
    '/nothing',
    '/rooms',
    '/room/x',
    '/roommate',
    '/api/room/files/x',
    `/assets/${token}`,
    `/rooms${token}`,
  ];
  for (const path of [...others, `/api/room/${token}`, `/room/${token}x`, '/x%23y', '/%', '/%E3%8'])
    t.is(roomOf(path), null, path);
});

test('where it leads is always on this server', (t) => {
  for (const path of [
    '//evil.example',
    '/\\\\evil.example',
    '//evil.example/%23x',
    `//evil.example%23${token}`,
    '/room%23//evil',
  ])
    t.regex(roomOf(path) ?? '/room', /^\/room(#[\w-]+)?$/, path);
});
