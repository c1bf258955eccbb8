import { randomBytes } from 'node:crypto';
import test from 'ava';
import type { ErrorCode } from '../../src/protocol/errors.ts';
import { AppError } from '../../src/server/errors.ts';
import { linkToken } from '../../src/server/room/links.ts';
import {
  assertMayCheck,
  assertMayReadRecords,
  openLink,
  opensAt,
  stateOf,
  windowProblem,
} from '../../src/server/room/openLink.ts';
import type { LinkRecord, RoomRecord } from '../../src/server/room/records.ts';
import { FakeClock, FakeStore } from '../helpers/fake-room.ts';
import { aLink, aRoom } from '../helpers/store.ts';

const secret = randomBytes(32);

function world(link: Partial<LinkRecord> = {}, room: Partial<RoomRecord> = {}) {
  const store = new FakeStore();
  const record = aRoom(room);
  const stored = aLink(record, link);
  store.links.set(stored.id, { link: stored, room: record });
  return { store, link: stored, room: record, clock: new FakeClock(), openEarlyMinutes: 0 };
}

const codeOf = async (promise: Promise<unknown>): Promise<ErrorCode | null> =>
  promise.then(
    () => null,
    (error: AppError) => error.code,
  );

test('a token of the link opens its room in its role', async (t) => {
  const { store, link, room, clock, openEarlyMinutes } = world({ role: 'interviewer' });
  const admitted = await openLink(linkToken(secret, link), { store, secret, clock, openEarlyMinutes });
  t.deepEqual(admitted, { link, room, outsideWindow: null });
});

test('a token that was not made here is unknown, however near it is', async (t) => {
  const { store, link, clock, openEarlyMinutes } = world();
  const token = linkToken(secret, link);
  const lasts = [...'ABPQRfghvwx'].filter((last) => last !== token.at(-1));
  const wrong = [
    '',
    'x',
    '../../etc/passwd',
    '\u0000',
    'あ'.repeat(44),
    token.slice(0, -1),
    `${token}A`,
    ...lasts.map((last) => token.slice(0, -1) + last),
    linkToken(randomBytes(32), link),
    linkToken(secret, aLink(aRoom())),
  ];
  for (const each of wrong)
    t.is(await codeOf(openLink(each, { store, secret, clock, openEarlyMinutes })), 'link_unknown', each);
});

test('a revoked link and a token of before a reissue are told as such', async (t) => {
  const revoked = world({ revokedAt: new Date(0) });
  t.is(await codeOf(openLink(linkToken(secret, revoked.link), { ...revoked, secret })), 'link_revoked');
  const reissued = world({ version: 3 });
  for (const version of [1, 2]) {
    const old = linkToken(secret, { ...reissued.link, version });
    t.is(await codeOf(openLink(old, { ...reissued, secret })), 'link_revoked');
  }
  const next = linkToken(secret, { ...reissued.link, version: 4 });
  t.is(await codeOf(openLink(next, { ...reissued, secret })), 'link_unknown');
});

test('while the store is away only a link by which somebody is in a room leads back, and only into a seat', async (t) => {
  const { store, link, room, clock, openEarlyMinutes } = world();
  const token = linkToken(secret, link);
  const away = { ...store, findLink: () => Promise.reject(new Error('away')) };
  const linkInUse = async (linkId: string) => (linkId === link.id ? { link, room } : null);
  const deps = { store: away, secret, clock, openEarlyMinutes, linkInUse };
  const admitted = await openLink(token, deps);
  t.is(admitted.link, link);
  t.is(admitted.outsideWindow?.code, 'store_unavailable');
  const other = linkToken(secret, aLink(room));
  t.is(await codeOf(openLink(other, deps)), 'store_unavailable');
  const reissued = async () => ({ link: { ...link, version: 2 }, room });
  t.is(await codeOf(openLink(token, { ...deps, linkInUse: reissued })), 'link_revoked');
});

const from = new Date('2023-12-08T10:00:00Z');
const until = new Date('2023-12-08T11:00:00Z');

test('a room opens before the time that people are told: by its own word, else by the usual one', (t) => {
  const opens = (own: number | null, usual: number) =>
    opensAt(aRoom({ from, openEarlyMinutes: own }), usual)
      .toISOString()
      .slice(0, 16);
  t.is(opens(null, 15), '2023-12-08T09:45');
  t.is(opens(null, 0), '2023-12-08T10:00');
  t.is(opens(30, 15), '2023-12-08T09:30');
  t.is(opens(0, 15), '2023-12-08T10:00', '0 is a word of its own');
  t.is(opens(1440, 15), '2023-12-07T10:00');
});

test('the window holds its beginning and not its end, and the state agrees with it', (t) => {
  const at = (openEarlyMinutes: number | null, time: string, closedAt: Date | null = null) => {
    const room = aRoom({ from, until, openEarlyMinutes, closedAt });
    const now = new Date(`2023-12-08T${time}Z`);
    return [windowProblem(room, now, 15)?.code ?? null, stateOf(room, now, 15)];
  };
  t.deepEqual(at(0, '09:59:59.999'), ['link_early', 'upcoming']);
  t.deepEqual(at(0, '10:00:00.000'), [null, 'open']);
  t.deepEqual(at(null, '09:44:59.999'), ['link_early', 'upcoming']);
  t.deepEqual(at(null, '09:45:00.000'), [null, 'open']);
  t.deepEqual(at(30, '09:29:59.999'), ['link_early', 'upcoming']);
  t.deepEqual(at(30, '09:30:00.000'), [null, 'open']);
  t.deepEqual(at(30, '10:59:59.999'), [null, 'open']);
  t.deepEqual(at(30, '11:00:00.000'), ['link_expired', 'past']);
  // Closed before it opened: it is not early, and nothing is to be checked for it.
  const closed = new Date('2023-12-08T09:00:00Z');
  t.deepEqual(at(30, '09:10:00.000', closed), ['link_expired', 'closed']);
});

test('the check may be run by who may come in and by who is early, and by nobody else', (t) => {
  const refusal = (at: string) => {
    const outsideWindow = windowProblem(aRoom({ from, until }), new Date(`2023-12-08T${at}Z`), 15);
    return attempt(() => assertMayCheck({ outsideWindow }, false))?.code ?? null;
  };
  t.deepEqual(['08:00:00', '10:30:00', '11:00:00'].map(refusal), [null, null, 'link_expired']);
  const outsideWindow = new AppError('store_unavailable', 'away');
  t.is(attempt(() => assertMayCheck({ outsideWindow }, false))?.code, 'store_unavailable');
  t.notThrows(() => assertMayCheck({ outsideWindow }, true), 'somebody who is inside');
});

test('records are the interviewer’s, from the beginning to an hour after the end', (t) => {
  const room = aRoom({ from: new Date('2023-12-08T10:00:00Z'), until: new Date('2023-12-08T11:00:00Z') });
  const code = (role: 'interviewer' | 'applicant', at: string) => {
    const now = new Date(at);
    const admitted = { link: aLink(room, { role }), room, outsideWindow: windowProblem(room, now, 0) };
    const error = attempt(() => assertMayReadRecords(admitted, now));
    return error?.code ?? null;
  };
  t.is(code('interviewer', '2023-12-08T10:30:00Z'), null);
  t.is(code('interviewer', '2023-12-08T11:59:59Z'), null);
  t.is(code('interviewer', '2023-12-08T12:00:00Z'), 'link_expired');
  t.is(code('interviewer', '2023-12-08T09:00:00Z'), 'link_early');
  t.is(code('applicant', '2023-12-08T10:30:00Z'), 'not_allowed');
});

function attempt(action: () => void): AppError | null {
  try {
    action();
    return null;
  } catch (error) {
    return error as AppError;
  }
}
