/** How servers and their live rooms are told on the terminal; the same in `status` and `top`. */
import type { LivePerson, LiveRoomStatus, ServerStatus } from '../protocol/status.ts';
import type { Column } from './table.ts';

export const roomColumns: Column[] = [
  { heading: 'Room', flexible: true },
  { heading: 'In call', right: true },
  { heading: 'Waiting', right: true },
  { heading: 'Asking', right: true },
  { heading: 'Line' },
  { heading: 'In', right: true },
  { heading: 'Out', right: true },
];

export const personColumns: Column[] = [
  { heading: 'Person', flexible: true },
  { heading: 'Role' },
  { heading: 'State' },
  { heading: 'For', right: true },
  { heading: 'Line' },
];

/** Rooms in which somebody asks to come in first, the one who has waited longest before the others. */
export function byUrgency(servers: ServerStatus[]): LiveRoomStatus[] {
  return servers
    .flatMap(({ rooms }) => rooms)
    .sort((a, b) => askingSince(a) - askingSince(b) || a.name.localeCompare(b.name));
}

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

export function personCells({ name, role, state, since, line }: LivePerson, now: number): string[] {
  return [name || '(no name yet)', role, stateNames[state], elapsed(now - Date.parse(since)), line];
}

/** The host, then what the process and its workers take. */
export function serverText(
  { host, pid, version, startedAt, cpuPercent, memoryBytes }: ServerStatus,
  now: number,
) {
  return `${host} (pid ${pid}, version ${version}), up ${elapsed(now - Date.parse(startedAt))}: CPU ${cpuPercent} %, ${megabytes(memoryBytes)}`;
}

export function workerText({ pid, rooms, cpuPercent, memoryBytes }: ServerStatus['workers'][number]): string {
  const memory = memoryBytes === null ? '' : `, ${megabytes(memoryBytes)}`;
  return `worker ${pid}: ${rooms} ${rooms === 1 ? 'room' : 'rooms'}, CPU ${cpuPercent} %${memory}`;
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
