/** People who come, talk and go, with real media: where they go, and that nothing of them is left. */
import test from 'ava';
import type { ServerStatus } from '../../src/protocol/status.ts';
import { Crowd, type Interview } from '../bench/load/Crowd.ts';
import { askInternally } from '../helpers/internal.ts';
import { watchMedia } from '../helpers/open-media.ts';
import { startServer, type TestServer } from '../helpers/server.ts';
import { until } from '../helpers/until.ts';

const statusOf = async (server: TestServer) => (await askInternally(server, 'GET', 'status')) as ServerStatus;

const timers = () => process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length;

/** Packets of the other one's sound and picture have come to both. */
async function hearEachOther({ interviewer, applicant }: Interview): Promise<void> {
  const before = [interviewer.received, applicant.received];
  await until('packets have come to both', () =>
    [interviewer, applicant].every(({ received }, i) => received > (before[i] as number) + 100),
  );
}

test('rooms go to both workers, people talk, and nothing of them is left when they are gone', async (t) => {
  const media = watchMedia(t);
  const server = await startServer(t, { 'media.workers': 2, 'call.graceSeconds': 1 });
  const crowd = await Crowd.start(t, server);
  const timersBefore = timers();
  const used = new Set<number>();
  for (let round = 0; round < 2; round++) {
    const rooms = await Promise.all([1, 2, 3, 4].map(() => server.room({ applicantSeats: 2 })));
    const interviews = await Promise.all(rooms.map((room) => crowd.interview(room)));
    const [first, second, third, fourth] = interviews as [Interview, Interview, Interview, Interview];
    const waiting = await crowd.warm(rooms[0]?.tokens.applicant as string);
    const idle = await crowd.join(rooms[1]?.tokens.applicant as string);
    await Promise.all(interviews.map(hearEachOther));
    // By what each is measured to do, so that how many go where is not the same each time.
    const { workers } = await statusOf(server);
    t.is(
      workers.reduce((sum, { rooms }) => sum + rooms, 0),
      rooms.length,
    );
    for (const { pid, rooms } of workers) if (rooms > 0) used.add(pid);
    t.is(waiting.received, 0, 'who waits hears nobody');
    // One way or the other.
    await Promise.all([first.end(), second.end()]);
    third.cut();
    fourth.cut();
    waiting.close();
    await idle.leave();
    await until('no room is open', async () => (await statusOf(server)).rooms.length === 0);
  }
  t.is(used.size, 2);
  await until('nothing of the media is open', () => Object.values(media.open).every((count) => count === 0));
  t.deepEqual(await media.dumps(), []);
  // The status is read anew a few times a second.
  await until('no worker has a room', async () =>
    (await statusOf(server)).workers.every((worker) => worker.rooms === 0),
  );
  await until('no seat is stored', async () => (await server.store.readSeats()).length === 0);
  await until('no timer is left', () => timers() <= timersBefore);
});
