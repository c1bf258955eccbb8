/** How servers and their live rooms are told on the terminal; the same in `status` and `top`. */
import type { LivePerson, LiveRoomStatus, ServerStatus } from '../../protocol/status.ts';
import type { Column } from './table.ts';

/** Its cells: `roomCells`. */
export const roomColumns: Column[] = [
  { heading: 'Room', flexible: true },
  { heading: 'In call', right: true },
  { heading: 'Waiting', right: true },
  { heading: 'Asking', right: true },
  { heading: 'Line' },
  { heading: 'In', right: true },
  { heading: 'Out', right: true },
];

/** Its cells: `personCells`. */
export const personColumns: Column[] = [
  { heading: 'Person', flexible: true },
  { heading: 'Role' },
  { heading: 'State' },
  { heading: 'For', right: true },
  { heading: 'Line' },
];

/** Rooms in which somebody asks to come in first, the one who has waited longest before the others; then bad lines. */
export function byUrgency(servers: ServerStatus[]): LiveRoomStatus[] {
  const troubled = ({ people }: LiveRoomStatus) => Number(people.some(needsCare));
  return servers
    .flatMap(({ rooms }) => rooms)
    .sort(
      (a, b) => askingSince(a) - askingSince(b) || troubled(b) - troubled(a) || a.name.localeCompare(b.name),
    );
}

/** Whom somebody should look after: who has asked to come in, or whose line is bad. */
export const needsCare = ({ line, state }: LivePerson) => line !== 'ok' || state === 'requesting';

/** Who asks first, the one who has waited longest before the others; then lost lines, bad lines, and the rest. */
export function byCare(people: LivePerson[]): LivePerson[] {
  const rank = ({ line, state }: LivePerson) => {
    if (state === 'requesting') return 0;
    return { lost: 1, bad: 2, ok: 3 }[line];
  };
  return people.toSorted((a, b) => rank(a) - rank(b) || Date.parse(a.since) - Date.parse(b.since));
}

/** A row for roomColumns. */
export function roomCells({ name, people, sentBps, receivedBps }: LiveRoomStatus, now: number): string[] {
  const count = (...states: LivePerson['state'][]) =>
    String(people.filter(({ state }) => states.includes(state)).length);
  const asking = people.filter(({ state }) => state === 'requesting');
  const longest = Math.min(...asking.map(({ since }) => Date.parse(since)));
  return [
    name,
    count('inCall', 'held'),
    count('waiting'),
    asking.length > 0 ? `${asking.length} for ${elapsed(now - longest)}` : '0',
    lineOf(people),
    rate(sentBps),
    rate(receivedBps),
  ];
}

/** A row for personColumns. */
export function personCells({ name, role, state, since, line }: LivePerson, now: number): string[] {
  return [name || '(no name yet)', role, stateNames[state], elapsed(now - Date.parse(since)), line];
}

/** The host, then what the process and its workers take, and whether it is full. */
export function serverText(
  { host, pid, version, startedAt, cpuPercent, memoryBytes, calls }: ServerStatus,
  now: number,
) {
  // Early in the line: a narrow terminal cuts its end.
  const full = calls.isFull ? `FULL with ${calls.running} ${calls.running === 1 ? 'call' : 'calls'}, ` : '';
  return `${host} (pid ${pid}, version ${version}), ${full}up ${elapsed(now - Date.parse(startedAt))}: CPU ${cpuPercent} %, ${megabytes(memoryBytes)}`;
}

/** What one media worker takes. */
export function workerText({ pid, rooms, cpuPercent, memoryBytes }: ServerStatus['workers'][number]): string {
  const memory = memoryBytes === null ? '' : `, ${megabytes(memoryBytes)}`;
  return `worker ${pid}: ${rooms} ${rooms === 1 ? 'room' : 'rooms'}, CPU ${cpuPercent} %${memory}`;
}

/** All workers of a server in one line. */
export function workersText(workers: ServerStatus['workers']): string {
  const sum = (of: (worker: ServerStatus['workers'][number]) => number) =>
    workers.reduce((total, worker) => total + of(worker), 0);
  const rooms = sum((worker) => worker.rooms);
  const busiest = Math.max(0, ...workers.map(({ cpuPercent }) => cpuPercent));
  const memory = sum(({ memoryBytes }) => memoryBytes ?? 0);
  return `${workers.length} ${workers.length === 1 ? 'worker' : 'workers'}: ${rooms} ${rooms === 1 ? 'room' : 'rooms'}, CPU ${whole(sum(({ cpuPercent }) => cpuPercent))} % (the busiest ${busiest} %), ${megabytes(memory)}`;
}

/** A server with its workers in one line, where there are many servers. */
export function serverLine({ host, pid, rooms, cpuPercent, workers, calls }: ServerStatus): string {
  const all = whole(workers.reduce((total, worker) => total + worker.cpuPercent, 0));
  const full = calls.isFull ? 'FULL, ' : '';
  return `${host} (pid ${pid}): ${full}${rooms.length} ${rooms.length === 1 ? 'room' : 'rooms'}, CPU ${cpuPercent} %, ${workers.length} workers ${all} %`;
}

/** 0:45, 12:05, 3:02:11, 2 d 03:02 */
export function elapsed(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const two = (number: number) => String(number).padStart(2, '0');
  const [days, hours, minutes] = [seconds / 86_400, (seconds / 3600) % 24, (seconds / 60) % 60].map(
    Math.floor,
  );
  if (days) return `${days} d ${two(hours ?? 0)}:${two(minutes ?? 0)}`;
  if (hours) return `${hours}:${two(minutes ?? 0)}:${two(seconds % 60)}`;
  return `${minutes}:${two(seconds % 60)}`;
}

/** Bits per second for people: 320 kbps, 2.4 Mbps. */
export function rate(bps: number): string {
  return bps < 1_000_000 ? `${Math.round(bps / 1000)} kbps` : `${(bps / 1_000_000).toFixed(1)} Mbps`;
}

const stateNames: Record<LivePerson['state'], string> = {
  waiting: 'waiting',
  requesting: 'asking',
  inCall: 'in call',
  held: 'on hold',
};

const whole = (percent: number) => Math.round(percent);

const megabytes = (bytes: number) => `${Math.round(bytes / 1_000_000)} MB`;

function askingSince({ people }: LiveRoomStatus): number {
  const since = people.filter(({ state }) => state === 'requesting').map(({ since }) => Date.parse(since));
  return since.length > 0 ? Math.min(...since) : Number.MAX_SAFE_INTEGER;
}

/** ok, or how many have trouble: 1 bad, 2 lost */
function lineOf(people: LivePerson[]): string {
  const troubles = (['bad', 'lost'] as const).flatMap((line) => {
    const count = people.filter((person) => person.line === line).length;
    return count > 0 ? [`${count} ${line}`] : [];
  });
  return troubles.join(', ') || 'ok';
}
