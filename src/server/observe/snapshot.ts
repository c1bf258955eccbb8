import type { LivePerson, ServerStatus } from '../../protocol/status.ts';
import type { Store } from '../store/index.ts';
import type { Snapshot } from './Metrics.ts';

const roles = ['interviewer', 'applicant'] as const;
const states = ['waiting', 'requesting', 'inCall', 'held'] as const;
const lines = ['ok', 'bad', 'lost'] as const;

/** The figures of a scrape, from what the server tells of itself and what waits in the database. */
export async function takeSnapshot(
  { at, rooms, workers, calls }: ServerStatus,
  store: Pick<Store, 'isReachable' | 'webhooks'>,
): Promise<Snapshot> {
  const people = rooms.flatMap((room) => room.people);
  const count = (is: (person: LivePerson) => boolean) => people.filter(is).length;
  const databaseUp = await store.isReachable();
  return {
    rooms: rooms.length,
    calls: calls.running,
    isFull: calls.isFull,
    people: roles.flatMap((role) =>
      states.map((state) => ({
        role,
        state,
        count: count((each) => each.role === role && each.state === state),
      })),
    ),
    longestRequestSeconds: Math.max(
      0,
      ...people
        .filter(({ state }) => state === 'requesting')
        .map(({ since }) => (Date.parse(at) - Date.parse(since)) / 1000),
    ),
    lines: lines.map((line) => ({ line, count: count((each) => each.line === line) })),
    loss: {
      in: mean(people.map(({ sentLoss }) => sentLoss)),
      out: mean(people.map(({ receivedLoss }) => receivedLoss)),
    },
    sentBps: rooms.reduce((sum, room) => sum + room.sentBps, 0),
    receivedBps: rooms.reduce((sum, room) => sum + room.receivedBps, 0),
    workerCpu: workers.map(({ cpuPercent }) => cpuPercent / 100),
    databaseUp,
    // It may go between the one question and the other.
    deliveries: databaseUp ? await deliveriesOf(store).catch(() => null) : null,
  };
}

function mean(shares: (number | null)[]): number | null {
  const known = shares.filter((share) => share !== null);
  return known.length > 0 ? known.reduce((sum, share) => sum + share, 0) / known.length : null;
}

async function deliveriesOf({ webhooks }: Pick<Store, 'webhooks'>): Promise<Record<string, number>> {
  const total = { pending: 0, retrying: 0, failed: 0 };
  for (const counts of (await webhooks.counts()).values()) {
    total.pending += counts.pending;
    total.retrying += counts.retrying;
    total.failed += counts.failed;
  }
  return total;
}
