import test from 'ava';
import { UserError } from '../../src/server/errors.ts';
import { createRoom } from '../../src/server/room/createRoom.ts';
import type { LinkRecord, RoomRecord } from '../../src/server/room/ports.ts';
import { checkedRoomName, receptionWindow } from '../../src/server/room/schedule.ts';

const now = new Date('2026-12-01T01:00:00Z');
const defaults = { now, defaultMinutes: 1440, timeZone: 'Asia/Tokyo' };
const iso = ({ from, until }: { from: Date; until: Date }) => [from.toISOString(), until.toISOString()];

test('a room is open from now for the default duration', (t) => {
  t.deepEqual(iso(receptionWindow({}, defaults)), ['2026-12-01T01:00:00.000Z', '2026-12-02T01:00:00.000Z']);
});

test('a duration counts from the beginning', (t) => {
  const from = new Date('2026-12-03T00:00:00Z');
  const window = receptionWindow({ from, durationMinutes: 90 }, defaults);
  t.deepEqual(iso(window), ['2026-12-03T00:00:00.000Z', '2026-12-03T01:30:00.000Z']);
});

test('the end must come after the beginning', (t) => {
  const before = new Date('2026-12-01T00:59:59Z');
  for (const until of [before, now]) {
    const error = t.throws(() => receptionWindow({ until }, defaults), { instanceOf: UserError });
    t.regex(error?.message ?? '', /would close .* before it opens .*: choose a later end/);
    t.true(error?.usage);
  }
});

test('a room is open for a year at most', (t) => {
  const until = new Date('2027-12-02T01:00:00Z');
  t.notThrows(() => receptionWindow({ until }, defaults));
  t.throws(() => receptionWindow({ until: new Date(until.getTime() + 1) }, defaults), {
    message: /at most 366 days/,
  });
});

test('a name is trimmed, and of 1 to 64 characters', (t) => {
  t.is(checkedRoomName(' 9110-1-to '), '9110-1-to');
  t.is(checkedRoomName('😀'.repeat(64)), '😀'.repeat(64));
  t.throws(() => checkedRoomName('😀'.repeat(65)), { message: /at most 64 characters; this one has 65/ });
  t.throws(() => checkedRoomName(' \u3000 '), { message: /must not be empty/ });
  t.throws(() => checkedRoomName('a\nb'), { message: /control characters/ });
});

test('a new room has one link for each side, with ids that cannot be guessed', async (t) => {
  const made: { room: RoomRecord; links: LinkRecord[] }[] = [];
  const store = {
    createRoom: async (room: RoomRecord, links: LinkRecord[]) => void made.push({ room, links }),
  };
  const first = await createRoom(store, { name: 'a' }, defaults);
  const second = await createRoom(store, { name: 'b' }, defaults);
  t.deepEqual(made, [first, second]);
  t.deepEqual(
    first.links.map(({ role, version }) => [role, version]),
    [
      ['interviewer', 1],
      ['applicant', 1],
    ],
  );
  const ids = [first, second].flatMap(({ room, links }) => [room.id, ...links.map(({ id }) => id)]);
  t.is(new Set(ids).size, 6);
  for (const id of ids) t.regex(id, /^[\w-]{22}$/);
});
