/** Whom a request is from, and which pages may open a WebSocket. */
import type { IncomingMessage } from 'node:http';
import test from 'ava';
import { clientsBehind } from '../../src/server/clients.ts';
import { isOwnOrigin } from '../../src/server/ws/origin.ts';

function from(address: string, headers: Record<string, string> = {}, encrypted = false): IncomingMessage {
  return { socket: { remoteAddress: address, encrypted }, headers } as unknown as IncomingMessage;
}

const trusted = clientsBehind(['127.0.0.1', '10.0.0.0/8', '2001:db8::/32']);

const cases: { what: string; request: IncomingMessage; address: string; secure: boolean }[] = [
  {
    what: 'nobody writes another address over their own',
    request: from('192.0.2.1', { 'x-forwarded-for': '203.0.113.9', 'x-forwarded-proto': 'https' }),
    address: '192.0.2.1',
    secure: false,
  },
  {
    what: 'a proxy tells who asked it, and how',
    request: from('127.0.0.1', { 'x-forwarded-for': '203.0.113.9', 'x-forwarded-proto': 'https' }),
    address: '203.0.113.9',
    secure: true,
  },
  {
    what: 'what was written before the proxies is not believed',
    request: from('127.0.0.1', { 'x-forwarded-for': '198.51.100.1, 203.0.113.9, 10.1.2.3' }),
    address: '203.0.113.9',
    secure: false,
  },
  {
    what: 'a proxy that says nothing is who asks',
    request: from('10.1.2.3'),
    address: '10.1.2.3',
    secure: false,
  },
  {
    what: 'what is not an address ends the way back',
    request: from('127.0.0.1', { 'x-forwarded-for': '203.0.113.9, unknown' }),
    address: '127.0.0.1',
    secure: false,
  },
  {
    what: 'IPv4 in IPv6, ports and brackets are written off',
    request: from('::ffff:127.0.0.1', { 'x-forwarded-for': '[2001:db9::1]:443, [2001:db8::1], 10.0.0.1:80' }),
    address: '2001:db9::1',
    secure: false,
  },
  {
    what: 'TLS of our own counts',
    request: from('192.0.2.1', {}, true),
    address: '192.0.2.1',
    secure: true,
  },
  {
    what: 'the nearest proxy says how it was asked',
    request: from('127.0.0.1', { 'x-forwarded-proto': 'https, http' }, true),
    address: '127.0.0.1',
    secure: false,
  },
  {
    what: 'a socket that has closed already has no address',
    request: from(undefined as unknown as string, { 'x-forwarded-for': '203.0.113.9' }),
    address: '',
    secure: false,
  },
];

for (const { what, request, address, secure } of cases) {
  test(what, (t) => {
    t.deepEqual(trusted(request), { address, secure });
  });
}

test('a proxy that was forgotten in the configuration is told of, once', (t) => {
  const told: string[] = [];
  const clientOf = clientsBehind(['10.0.0.1'], (address) => told.push(address));
  clientOf(from('127.0.0.1'));
  t.deepEqual(told, []);
  for (const address of ['127.0.0.1', '127.0.0.2'])
    clientOf(from(address, { 'x-forwarded-for': '192.0.2.1' }));
  t.deepEqual(told, ['127.0.0.1']);
});

const publicUrl = 'https://interview.example.com';

test('our page opens a WebSocket at its own address and at publicUrl', (t) => {
  const own = (origin: string, host: string, secure = false) =>
    isOwnOrigin({ origin, host, secure }, publicUrl);
  t.true(own('https://interview.example.com', 'backend:3000'));
  t.true(own('http://127.0.0.1:3000', '127.0.0.1:3000'));
  t.true(own('https://127.0.0.1:3000', '127.0.0.1:3000', true));
  t.true(own('https://other.example.com', 'other.example.com'));
  t.true(own('http://[::1]:3000', '[::1]:3000'));
  t.true(isOwnOrigin({ origin: undefined, host: 'a', secure: false }, publicUrl));
  t.true(isOwnOrigin({ origin: 'https://a.example', host: 'a.example', secure: true }, null));
  t.true(isOwnOrigin({ origin: publicUrl, host: 'x', secure: true }, `${publicUrl}:443/below/a/path/`));
});

const strangers = [
  'null',
  '',
  'https://evil.example.com',
  'file://',
  'about:blank',
  'https://',
  // Look-alikes of publicUrl.
  'http://interview.example.com',
  'https://interview.example.com:8443',
  'https://interview.example.com.',
  'https://interview.example.com.evil.com',
  'https://evil-interview.example.com',
  'https://example.com',
  'https://interview.example.com@evil.com',
  'https://a.interview.example.com',
  'https://INTERVIEW.example.com',
  'https://interview.example.com/',
  'https://interview.example.com/room',
  ' https://interview.example.com',
  'https://interview.example.com,https://evil.com',
  'wss://interview.example.com',
  'interview.example.com',
  // Cyrillic е, as it travels.
  'https://xn--intrview-5if.example.com',
  // Look-alikes of the Host.
  'http://127.0.0.1',
  'http://127.0.0.1:30000',
  'http://127.0.0.1:3000.evil.com',
  'ftp://127.0.0.1:3000',
  'http://evil@127.0.0.1:3000',
  'http://localhost:3000',
  'http://127.1:3000',
  'http://2130706433:3000',
];

test('no other page does, however alike it looks', (t) => {
  for (const origin of strangers)
    t.false(isOwnOrigin({ origin, host: '127.0.0.1:3000', secure: false }, publicUrl), origin);
  t.false(isOwnOrigin({ origin: 'http://a.example', host: 'a.example', secure: true }, null));
  t.false(isOwnOrigin({ origin: 'https://a.example', host: undefined, secure: true }, null));
  t.false(isOwnOrigin({ origin: 'https://', host: '', secure: true }, null));
});
