import { createHmac } from 'node:crypto';
import test from 'ava';
import { turnRelay, turnServers } from '../../src/server/media/turn.ts';

const urls = ['turn:turn.example.com:3478?transport=udp', 'turns:turn.example.com:443?transport=tcp'];
const expiresAt = new Date('2023-12-08T10:10:00.900Z');

test('credentials say when they expire and whose they are, and are signed with the shared secret', (t) => {
  const [server] = turnServers({ urls, secret: 's3cret' }, { user: 'peer', expiresAt });
  t.deepEqual(server?.urls, urls);
  t.is(server?.username, `${Date.parse('2023-12-08T10:10:00Z') / 1000}:peer`);
  t.is(
    server?.credential,
    createHmac('sha1', 's3cret')
      .update(server?.username ?? '')
      .digest('base64'),
  );
  const relay = turnRelay({ urls, secret: 's3cret', ttlSeconds: 600 });
  t.is(relay.ttlMs, 600_000);
  t.deepEqual(relay.serversFor('peer', expiresAt), [server as never]);
});

test('without servers there is nothing, and without a secret nothing that a browser would take', (t) => {
  t.deepEqual(turnServers({ urls: [], secret: 's' }, { user: 'peer', expiresAt }), []);
  t.deepEqual(turnServers({ urls, secret: null }, { user: 'peer', expiresAt }), []);
});

test('servers without a secret are refused: nobody would be given one of them', (t) => {
  t.throws(() => turnRelay({ urls, secret: null, ttlSeconds: 600 }), {
    message: /^turn\.urls .* set turn\.secret /,
  });
  t.notThrows(() => turnRelay({ urls: [], secret: null, ttlSeconds: 600 }));
});
