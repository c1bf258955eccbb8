import { createHmac } from 'node:crypto';
import test from 'ava';
import { turnServers } from '../../src/server/media/turn.ts';

const urls = ['turn:turn.example.com:3478?transport=udp', 'turns:turn.example.com:443?transport=tcp'];
const now = new Date('2023-12-08T10:00:00.900Z');

test('credentials say when they expire and are signed with the shared secret', (t) => {
  const [server] = turnServers({ urls, secret: 's3cret', ttlSeconds: 600 }, now);
  t.deepEqual(server?.urls, urls);
  t.is(server?.username, String(Date.parse('2023-12-08T10:10:00Z') / 1000));
  t.is(
    server?.credential,
    createHmac('sha1', 's3cret')
      .update(server?.username ?? '')
      .digest('base64'),
  );
});

test('without servers there is nothing, without a secret no credentials', (t) => {
  t.deepEqual(turnServers({ urls: [], secret: 's', ttlSeconds: 60 }, now), []);
  t.deepEqual(turnServers({ urls, secret: null, ttlSeconds: 60 }, now), [{ urls }]);
});
