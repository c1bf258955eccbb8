/** By which addresses people elsewhere can take part. */
import test from 'ava';
import { addressProblem } from '../../src/server/linkAddress.ts';

const cases: [string, string[]][] = [
  [
    'which nobody else can open',
    [
      'http://localhost:3000',
      'https://localhost',
      'http://interview.localhost',
      'http://localhost.',
      'http://127.0.0.1',
      'http://127.1:8080',
      'https://[::1]:3000',
      'https://[::ffff:127.0.0.1]',
      'http://0.0.0.0:3000',
      'https://[::]',
    ],
  ],
  [
    'where browsers give no camera and no microphone',
    ['http://interview.example.com', 'http://192.168.0.2', 'http://interview', 'http://203.0.113.7:8080'],
  ],
  [
    'which opens inside its own network alone',
    [
      'https://10.0.0.1',
      'https://172.31.255.255',
      'https://192.168.1.1:8443/interviews',
      'https://169.254.1.1',
      'https://100.64.0.1',
      'https://[fd00::1]',
      'https://[fe80::1]',
      'https://[::ffff:10.0.0.1]',
      'https://interview',
      'https://mac-mini.local',
      'https://interview.corp.lan.',
      'https://interview.home.arpa',
    ],
  ],
];
for (const [what, urls] of cases)
  test(`an address ${what}`, (t) => {
    for (const url of urls) t.is(addressProblem(url)?.what, what, url);
    for (const url of urls) t.is(addressProblem(url)?.isUseless, what.includes('nobody'), url);
  });

test('nothing is said of an address that people elsewhere can use', (t) => {
  for (const url of [
    'https://interview.example.com',
    'https://interview.example.com:8443/path',
    'https://203.0.113.7',
    'https://172.32.0.1',
    'https://[2001:db8::1]',
    'https://local.example.com',
  ])
    t.is(addressProblem(url), null, url);
});
