/** The end of a room is put off by an interviewer in the call: stored, audited, and told to everyone. */
import { signal } from '@preact/signals';
import test from 'ava';
import { limits } from '../../src/protocol/limits.ts';
import type { AppError } from '../../src/server/errors.ts';
import { perform } from '../../src/server/room/actions/index.ts';
import { Room } from '../../src/server/room/Room.ts';
import { RequestError } from '../../src/web/connection/RequestError.ts';
import { createCallTimes } from '../../src/web/models/callTimes.ts';
import { fakeWorld, joinAs } from '../helpers/fake-room.ts';
import { settled } from '../helpers/fake-socket.ts';

const MINUTE = 60_000;

/** A call in a room that ends in ten minutes. */
async function setUp() {
  const world = fakeWorld();
  const until = new Date(world.clock.now().getTime() + 10 * MINUTE);
  const record = { ...world.record, until };
  world.store.changed = { room: record, links: [] };
  const changes: string[] = [];
  const room: Room = await Room.open(
    record,
    {
      ...world,
      async onChanged(id) {
        changes.push(id);
        const { room: stored } = (await world.store.readRoom()) ?? { room: record };
        const links = [...room.people].map(({ linkId, linkVersion: version, role }) => ({
          ...interviewer.admitted.link,
          id: linkId,
          role,
          version,
        }));
        room.update(stored, links);
      },
    },
    () => undefined,
  );
  const interviewer = joinAs(room, 'interviewer', { inCall: true });
  const extend = (minutes: 15 | 30, known = room.record.until) =>
    perform({ room, peer: interviewer.peer }, 'extend', { minutes, until: known.toISOString() });
  return { world, room, interviewer, until, changes, extend };
}

const codeOf = async (act: () => unknown) => {
  try {
    await act();
    return null;
  } catch (error) {
    return (error as AppError).code;
  }
};

test('the end is put off, audited, and told to those in the call and those who wait', async (t) => {
  const { world, room, interviewer, until, changes, extend } = await setUp();
  const applicant = joinAs(room, 'applicant', { inCall: true });
  const waiting = joinAs(room, 'applicant');
  await extend(15);
  await settled();
  const later = new Date(until.getTime() + 15 * MINUTE).toISOString();
  for (const { socket } of [interviewer, applicant, waiting])
    t.is(socket.last('roomChanged')?.room.until, later);
  t.deepEqual(changes, [room.record.id]);
  t.like(
    world.store.audit.find(({ action }) => action === 'room.extended'),
    { actor: `peer:${interviewer.peer.id}`, details: { minutes: 15, until: later } },
  );
  t.is(
    await codeOf(() => extend(15, until)),
    'wrong_state',
    'the other interviewer pressed at the same time',
  );
});

test('a call that is late gets its minutes from now; the store is asked first; not without an end', async (t) => {
  const { world, room, until, extend } = await setUp();
  world.clock.advance(12 * MINUTE);
  await extend(30);
  await settled();
  t.is(room.record.until.getTime(), until.getTime() + 2 * MINUTE + 30 * MINUTE);
  world.store.failure = new Error('away');
  t.is(await codeOf(() => extend(15)), 'store_unavailable');
  world.store.failure = null;
  for (let i = 2; i < limits.extensions.burst; i++) t.is(await codeOf(() => extend(15)), null);
  await settled();
  t.is(await codeOf(() => extend(15)), 'too_fast');
});

test('interviewers in the call are told since when an applicant is in it, and nobody else is', async (t) => {
  const { world, room, interviewer } = await setUp();
  t.deepEqual(interviewer.socket.last('callTimes'), { now: world.clock.now().toISOString(), begunAt: null });
  world.clock.advance(MINUTE);
  const begunAt = world.clock.now().toISOString();
  const applicant = joinAs(room, 'applicant', { inCall: true });
  t.is(interviewer.socket.last('callTimes')?.begunAt, begunAt);
  t.is(applicant.socket.last('callTimes'), undefined);
  room.setState(applicant.peer, 'held');
  t.is(interviewer.socket.last('callTimes')?.begunAt, begunAt);
  room.remove(applicant.peer, 'left');
  t.is(interviewer.socket.last('callTimes')?.begunAt, null);
});

/** The page's model, whose device has a clock that is an hour fast. */
function onPage(untilIn: number) {
  const server = Date.now() - 60 * MINUTE;
  const until = signal<string | null>(new Date(server + untilIn).toISOString());
  const asked: unknown[] = [];
  let refusal: RequestError | null = null;
  const request = async (_method: string, params: unknown) => {
    asked.push(params);
    if (refusal) throw refusal;
    return null;
  };
  const times = createCallTimes({ until, request: request as never });
  const tell = (begunMinutesAgo: number | null) => {
    const begunAt =
      begunMinutesAgo === null ? null : new Date(server - begunMinutesAgo * MINUTE).toISOString();
    const now = new Date(server).toISOString();
    const on = (event: string, handler: (told: object) => void) =>
      event === 'callTimes' && handler({ now, begunAt });
    times.follow({ on } as never);
  };
  const refuse = (code: ConstructorParameters<typeof RequestError>[0] | null) => {
    refusal = code && new RequestError(code, code);
  };
  return { times, until, asked, tell, refuse };
}

test('five minutes before the end the page asks by itself, by the server’s clock, once for each end', async (t) => {
  const { times, until, asked, tell } = onPage(limits.endingMinutes * MINUTE);
  t.false(times.isOpen.value, 'the server has not told its time yet');
  tell(34);
  t.is(times.minutes.value, 34);
  t.is(times.ending.value, 'soon');
  t.true(times.isOpen.value);
  times.toggle();
  t.false(times.isOpen.value, 'put away');
  times.toggle();
  t.true(times.isOpen.value, 'asked for');
  const known = until.value;
  await times.extend(15);
  t.deepEqual(asked, [{ minutes: 15, until: known }]);
  until.value = new Date(Date.parse(known as string) + 15 * MINUTE).toISOString();
  t.false(times.isOpen.value);
  until.value = new Date(Date.parse(known as string) - 10 * MINUTE).toISOString();
  t.is(times.ending.value, 'over');
  t.true(times.isOpen.value);
});

test('before that it is quiet, and what could not be put off is said', async (t) => {
  const { times, tell, refuse } = onPage((limits.endingMinutes + 1) * MINUTE);
  tell(null);
  t.deepEqual([times.minutes.value, times.ending.value, times.isOpen.value], [null, null, false]);
  times.toggle();
  for (const [code, problem] of [
    ['store_unavailable', 'failed'],
    ['too_fast', 'tooOften'],
    ['wrong_state', null],
  ] as const) {
    refuse(code);
    await times.extend(30);
    t.is(times.problem.value, problem);
  }
});
