/** Who is kept from trying links, for how long, and who is not. */
import { randomBytes } from 'node:crypto';
import test from 'ava';
import { AppError } from '../../src/server/errors.ts';
import { guardLimits, LinkGuard } from '../../src/server/room/LinkGuard.ts';
import { isOwnToken, linkToken, newLinkId } from '../../src/server/room/links.ts';
import { constantTimeEqual } from '../../src/server/util/constantTimeEqual.ts';
import { LruMap } from '../../src/server/util/LruMap.ts';
import { networkOf } from '../../src/server/util/networkOf.ts';
import { FakeClock, FakeStore } from '../helpers/fake-room.ts';
import { aLink, aRoom } from '../helpers/store.ts';

const { most, windowMs, lockMs } = guardLimits.wrongTokens;
const somebody = '192.0.2.7';

function aGuard(limits = guardLimits) {
  const secret = randomBytes(32);
  const store = new FakeStore();
  const clock = new FakeClock();
  const room = aRoom();
  const link = aLink(room, { version: 2 });
  store.links.set(link.id, { link, room });
  let now = 0;
  let asked = 0;
  const findLink = (id: string) => {
    asked++;
    return store.findLink(id);
  };
  const guard = new LinkGuard({
    store: { findLink },
    secret,
    clock,
    openEarlyMinutes: 0,
    limits,
    elapsed: () => now,
  });
  const attempt = (token: string, address = somebody) =>
    guard.open(token, address).then(
      () => null,
      (error: AppError) => error,
    );
  const guess = () => attempt(newLinkId() + newLinkId());
  return {
    guard,
    clock,
    link,
    attempt,
    guess,
    token: linkToken(secret, link),
    secret,
    asked: () => asked,
    pass: (ms: number) => {
      now += ms;
      clock.advance(ms);
    },
    async lock() {
      for (let i = 0; i < most; i++) await guess();
    },
  };
}

test('who tries wrong tokens is locked out, told until when, and costs the database nothing more', async (t) => {
  const { guess, lock, asked, clock, pass } = aGuard();
  await lock();
  t.is(asked(), most);
  pass(1000);
  const refused = await guess();
  t.is(refused?.code, 'locked_out');
  t.is(refused?.retryAt?.getTime(), clock.now().getTime() + lockMs - 1000);
  t.is(asked(), most);
});

test('a lock-out ends by itself, whatever was tried meanwhile', async (t) => {
  const { guess, lock, pass } = aGuard();
  await lock();
  pass(lockMs - 1);
  t.is((await guess())?.code, 'locked_out');
  pass(1);
  t.is((await guess())?.code, 'link_unknown');
});

test('fewer than that in a window lock nobody out', async (t) => {
  const { guess, pass } = aGuard();
  for (let windows = 0; windows < 3; windows++) {
    for (let i = 0; i < most - 1; i++) t.is((await guess())?.code, 'link_unknown');
    pass(windowMs);
  }
  t.is((await guess())?.code, 'link_unknown');
});

test('200 applicants behind the address of one who is locked out come in by their links', async (t) => {
  const { attempt, lock, token } = aGuard();
  await lock();
  for (let i = 0; i < 200; i++) t.is(await attempt(token), null);
});

test('a link that was replaced, or whose room is gone, is told so and counts as nothing wrong', async (t) => {
  const { attempt, guess, link, secret } = aGuard();
  const old = linkToken(secret, { id: link.id, version: 1 });
  const gone = linkToken(secret, { id: newLinkId(), version: 1 });
  for (let i = 0; i < most; i++) {
    t.is((await attempt(old))?.code, 'link_revoked');
    t.is((await attempt(gone))?.code, 'link_unknown');
    t.is((await attempt(''))?.code, 'link_unknown');
  }
  t.is((await guess())?.code, 'link_unknown');
});

test('another network is not concerned; the addresses of one IPv6 network are one', async (t) => {
  const { attempt, lock } = aGuard();
  const wrong = 'x'.repeat(44);
  await lock();
  t.is((await attempt(wrong, '192.0.2.8'))?.code, 'link_unknown');
  t.is((await attempt(wrong, `::ffff:${somebody}`))?.code, 'locked_out');
  for (let i = 0; i < most; i++) await attempt(wrong, `2001:db8::${i.toString(16)}`);
  t.is((await attempt(wrong, '2001:db8:0:0:ffff::1'))?.code, 'locked_out');
  t.is((await attempt(wrong, '2001:db8:0:1::1'))?.code, 'link_unknown');
});

test('networks are told apart however their addresses are written', (t) => {
  t.is(networkOf('192.0.2.1'), '192.0.2.1');
  t.is(networkOf('::FFFF:192.0.2.1'), '192.0.2.1');
  t.is(networkOf('2001:0db8::1'), '2001:db8:0:0::/64');
  t.is(networkOf('2001:db8:0:0:1:2:3:4'), '2001:db8:0:0::/64');
  t.is(networkOf('fe80::1%eth0'), 'fe80:0:0:0::/64');
  t.is(networkOf('::1'), '0:0:0:0::/64');
});

test('sockets and downloads have their rates, and come back with time', (t) => {
  const { guard, pass, link, token, secret } = aGuard();
  const wrong = 'A'.repeat(44);
  const other = linkToken(secret, { id: newLinkId(), version: 1 });
  const mayOpen = (address: string, with_ = wrong) => guard.mayOpenSocket(address, with_);
  for (let i = 0; i < guardLimits.socketsPerNetwork.burst; i++) t.true(mayOpen('2001:db8::1'));
  t.false(mayOpen('2001:db8::ffff'), 'one network is one');
  t.false(mayOpen('2001:db8::ffff', ''));
  t.true(mayOpen('2001:db8::ffff', token), 'a whole hall may sit behind one address');
  t.true(mayOpen('192.0.2.8'));
  for (let i = 0; i < guardLimits.socketsPerLink.burst; i++) guard.assertMayConnect(token, '192.0.2.1');
  t.is(
    t.throws(() => guard.assertMayConnect(token, '192.0.2.1'), { instanceOf: AppError })?.code,
    'too_fast',
  );
  t.notThrows(() => guard.assertMayConnect(wrong, '192.0.2.1'), 'it is told why it opens nothing');
  for (let i = 0; i < guardLimits.downloadsPerLink.burst; i++) guard.assertMayDownload('link');
  t.throws(() => guard.assertMayDownload('link'), { instanceOf: AppError });
  t.notThrows(() => guard.assertMayConnect(other, '192.0.2.1'));
  t.notThrows(() => guard.assertMayConnect(token, '192.0.2.2'), 'another holder of the same link');
  const replaced = linkToken(secret, { id: link.id, version: link.version + 1 });
  t.notThrows(() => guard.assertMayConnect(replaced, '192.0.2.1'), 'and of the one that took its place');
  pass(5000);
  t.true(mayOpen('2001:db8::1'));
  t.notThrows(() => guard.assertMayConnect(token, '192.0.2.1'));
  t.notThrows(() => guard.assertMayDownload('link'));
});

test('however many addresses somebody has, twice as many as wanted are remembered at most', (t) => {
  const map = new LruMap(3, () => ({}));
  const first = map.get('a');
  const others = Array.from({ length: 50 }, (_, i) => `other ${i}`);
  for (const key of others) {
    map.get(key);
    map.get('a');
  }
  t.is(map.peek('a'), first);
  const remembered = others.filter((key) => map.peek(key));
  t.true(remembered.length <= 5, remembered.join());
  t.deepEqual(remembered.slice(-2), ['other 48', 'other 49']);
});

test('whose token it is can be told without the database', (t) => {
  const { secret, token } = aGuard();
  t.true(isOwnToken(secret, token));
  t.false(isOwnToken(randomBytes(32), token));
  t.false(isOwnToken(secret, `${token.slice(0, -1)}${token.endsWith('A') ? 'B' : 'A'}`));
  t.false(isOwnToken(secret, token.slice(0, 43)));
  t.false(isOwnToken(secret, ''));
});

test('texts are the same or not, of any length', (t) => {
  t.true(constantTimeEqual('', ''));
  t.true(constantTimeEqual('あ', 'あ'));
  for (const [a, b] of [
    ['a', 'b'],
    ['a', 'aa'],
    ['', 'a'],
    ['a', ''],
  ] as const)
    t.false(constantTimeEqual(a, b));
});
