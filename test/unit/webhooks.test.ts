/** Webhooks without a network: where they may go, when they are tried again, how they are signed, what they say. */
import test from 'ava';
import { UserError } from '../../src/server/errors.ts';
import { auditEntry } from '../../src/server/room/audit.ts';
import { announcement, eventOf, webhookEvents } from '../../src/server/room/events.ts';
import { guardedLookup, isWithin } from '../../src/server/webhooks/addresses.ts';
import { nextAttempt, retryAfter, retryDelays } from '../../src/server/webhooks/schedule.ts';
import { printedKey, signedHeaders } from '../../src/server/webhooks/signature.ts';
import { webhookTarget } from '../../src/server/webhooks/url.ts';
import { complaint } from '../helpers/receiver.ts';

const insideAddresses = [
  '0.0.0.0',
  '10.1.2.3',
  '100.64.0.1',
  '127.0.0.1',
  '127.255.255.254',
  '169.254.169.254',
  '172.16.0.1',
  '172.31.255.255',
  '192.168.0.1',
  '192.0.2.1',
  '198.18.0.1',
  '224.0.0.1',
  '255.255.255.255',
  '::',
  '::1',
  'fe80::1',
  'fc00::1',
  'fd12:3456::1',
  'fec0::1',
  'ff02::1',
  '2001:db8::1',
  '2002:7f00:1::',
  '::ffff:127.0.0.1',
  '::ffff:10.0.0.1',
  '::ffff:a00:1',
  '::127.0.0.1',
  '64:ff9b::10.0.0.1',
  '64:ff9b:1::1',
];
const outsideAddresses = [
  '1.1.1.1',
  '8.8.8.8',
  '100.63.255.255',
  '100.128.0.0',
  '172.15.255.255',
  '172.32.0.0',
  '192.167.1.1',
  '2606:4700::1111',
  '2a00:1450::1',
  '64:ff9b::8.8.8.8',
];

test('addresses inside a network are told from those that everyone can reach', (t) => {
  t.deepEqual(
    insideAddresses.filter((address) => isWithin('public', address)),
    [],
  );
  t.deepEqual(
    outsideAddresses.filter((address) => !isWithin('public', address)),
    [],
  );
  t.true(insideAddresses.every((address) => isWithin('any', address)));
  t.deepEqual(
    [...insideAddresses, ...outsideAddresses].filter((address) => isWithin('loopback', address)),
    ['127.0.0.1', '127.255.255.254', '::1', '::ffff:127.0.0.1'],
  );
});

test('a name with one address inside is refused as a whole', async (t) => {
  const addresses = [
    { address: '8.8.8.8', family: 4 },
    { address: 'fd00::1', family: 6 },
  ];
  const look = (all: boolean, found = addresses) =>
    new Promise((resolve) => {
      const lookup = guardedLookup('public', (_host, options, done) => {
        t.true(options.all);
        done(null, found);
      });
      lookup('hr.example.com', { all }, (error, address, family) => resolve(error ?? [address, family]));
    });
  t.like(await look(true), {
    name: 'AddressRefused',
    message: 'hr.example.com is fd00::1, which is inside this network (see webhooks.allowPrivate)',
  });
  t.deepEqual(await look(false, addresses.slice(0, 1)), ['8.8.8.8', 4]);
  t.deepEqual(await look(true, addresses.slice(0, 1)), [addresses.slice(0, 1), undefined]);
  t.like(await look(true, []), { message: 'hr.example.com has no address' });
});

const closed = { allowPrivate: false };
const open = { allowPrivate: true };

test('a webhook goes to https alone, and to http on this machine where that is allowed', (t) => {
  t.is(
    webhookTarget('https://HR.example.com/hooks?x=1', closed).url.href,
    'https://hr.example.com/hooks?x=1',
  );
  t.is(webhookTarget('https://hr.example.com', closed).reach, 'public');
  t.is(webhookTarget('https://10.0.0.1/', open).reach, 'any');
  t.is(webhookTarget('http://localhost:3000/', open).reach, 'loopback');
  t.is(webhookTarget('http://[::1]:3000/', open).reach, 'loopback');
  const refused: [string, { allowPrivate: boolean }, RegExp][] = [
    ['hr.example.com', closed, /is not an address/],
    ['ftp://hr.example.com', closed, /is not an address/],
    ['http://hr.example.com/', closed, /not encrypted/],
    ['http://hr.example.com/', open, /not encrypted/],
    ['http://10.0.0.1/', open, /not encrypted/],
    ['http://localhost/', closed, /not encrypted/],
    ['https://localhost/', closed, /inside this network/],
    ['https://a.localhost/', closed, /inside this network/],
    ['https://192.168.1.1/', closed, /inside this network/],
    ['https://[fd00::1]/', closed, /inside this network/],
    ['https://[::ffff:127.0.0.1]/', closed, /inside this network/],
    ['https://0x7f.1/', closed, /inside this network/],
    ['https://2130706433/', closed, /inside this network/],
    ['https://user:secret@hr.example.com/', closed, /password/],
    ['https://hr.example.com/#x', closed, /after #/],
    [`https://hr.example.com/${'x'.repeat(1024)}`, closed, /at most 1024/],
  ];
  for (const [url, rules, message] of refused) {
    const error = t.throws(() => webhookTarget(url, rules), { instanceOf: UserError, message }, url);
    t.true(error?.usage);
  }
});

test('attempts span three days, each later than the one before, by a little chance', (t) => {
  const now = new Date('2030-01-01T00:00:00Z');
  const after = (attempts: number, random = 0, retryAfterMs: number | null = null) =>
    nextAttempt(now, { attempts, retryAfterMs }, random)?.getTime() ?? null;
  t.deepEqual(
    retryDelays.map((_, i) => (after(i + 1) as number) - now.getTime()),
    retryDelays,
  );
  t.is(
    retryDelays.reduce((a, b) => a + b),
    ((75 * 60 + 35) * 60 + 5) * 1000,
  );
  t.is(after(retryDelays.length + 1), null);
  t.is(after(1, 1), now.getTime() + 6000);
  t.is(after(1, 0, 60_000), now.getTime() + 60_000);
  t.is(after(2, 0, 1000), now.getTime() + 300_000);
  t.is(after(1, 0, 1e12), now.getTime() + 24 * 3_600_000);
});

test('Retry-After is read as seconds or as a time', (t) => {
  const now = new Date('2030-01-01T00:00:00Z');
  t.is(retryAfter('120', now), 120_000);
  t.is(retryAfter('Tue, 01 Jan 2030 00:01:00 GMT', now), 60_000);
  for (const header of [undefined, 'soon', '-1', '0', 'Mon, 31 Dec 2029 00:00:00 GMT'])
    t.is(retryAfter(header, now), null);
});

test('signatures are those of Standard Webhooks, by its published example', (t) => {
  const key = Buffer.from('MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', 'base64');
  const at = new Date(1614265330_999);
  const body = '{"test": 2432232314}';
  const headers = signedHeaders(key, 'msg_p5jXN8AQM9LWM0D4loKWxJek', at, body);
  t.deepEqual(headers, {
    'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
    'webhook-timestamp': '1614265330',
    'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
  });
  t.is(complaint(printedKey(key), { headers, body }, at), null);
  t.is(complaint(printedKey(key), { headers, body: `${body} ` }, at), 'no signature is right');
  t.is(complaint(printedKey(key), { headers, body }), 'the timestamp is too old or too new');
});

test('announcements name people by id alone, and hold nothing that is not meant for them', (t) => {
  const at = new Date('2030-01-01T00:00:00Z');
  const context = { at, roomId: 'r1', actor: 'peer:p1' };
  const details = { link: 'l1', name: '佐藤花子', ending: 'left', kind: 'chat', format: 'csv', records: 3 };
  const told = (action: Parameters<typeof auditEntry>[0]) => {
    const entry = auditEntry(action, context, { subject: 'p2', details });
    const event = eventOf(entry);
    return event && announcement(entry, event);
  };
  const room = { roomId: 'r1' };
  const applicant = { role: 'applicant', linkId: 'l1' };
  t.like(told('room.opened'), { type: 'room.opened', timestamp: at.toISOString() });
  t.deepEqual(told('room.opened')?.data, room);
  t.deepEqual(told('admission.requested')?.data, { ...room, peerId: 'p1', ...applicant });
  t.deepEqual(told('admission.granted')?.data, { ...room, peerId: 'p2', ...applicant, byPeerId: 'p1' });
  t.deepEqual(told('call.ended')?.data, { ...room, ending: 'left' });
  t.deepEqual(told('records.exported')?.data, {
    ...room,
    kind: 'chat',
    format: 'csv',
    records: 3,
    from: null,
    until: null,
  });
  t.is(told('message.deleted'), null);
  t.is(webhookEvents.length, 5);
});
