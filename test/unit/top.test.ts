/** What `webinterview top` shows fits the terminal, whatever there is, and says what it leaves out. */
import test from 'ava';
import stringWidth from 'string-width';
import { byUrgency, serverLine } from '../../src/cli/output/live.ts';
import { wrapped } from '../../src/cli/output/table.ts';
import { type Shown, topLines } from '../../src/cli/ui/topLines.ts';
import type { LivePerson, LiveRoomStatus, ServerStatus } from '../../src/protocol/status.ts';

const NOW = Date.parse('2030-04-01T10:00:00Z');
const keys = { text: 'up/down room   PgUp/PgDn people   e end its call   q quit' };
const at = (secondsAgo: number) => new Date(NOW - secondsAgo * 1000).toISOString();

function aPerson(name: string, person: Partial<LivePerson> = {}): LivePerson {
  return {
    peerId: name,
    linkId: 'link',
    role: 'applicant',
    name,
    state: 'waiting',
    since: at(60),
    line: 'ok',
    sentLoss: null,
    receivedLoss: null,
    ...person,
  };
}

function aLiveRoom(name: string, people: LivePerson[]): LiveRoomStatus {
  return { id: name, name, openedAt: at(600), until: at(-600), sentBps: 320_000, receivedBps: 0, people };
}

function aServer(id: number, workers: number, rooms: LiveRoomStatus[]): ServerStatus {
  return {
    id: `s${id}`,
    host: `interview-host-${id}.internal.example.com`,
    pid: 4000 + id,
    version: '0.1.0',
    startedAt: at(86_400 * 3),
    at: at(0),
    cpuPercent: 12.3,
    memoryBytes: 120e6,
    rooms,
    calls: { running: 0, most: null, isFull: false },
    workers: Array.from({ length: workers }, (_, i) => ({
      pid: 5000 + i,
      rooms: 1,
      cpuPercent: 20.5,
      memoryBytes: 60e6,
    })),
  };
}

const numbered = <T>(count: number, make: (i: number) => T) =>
  Array.from({ length: count }, (_, i) => make(i));
const crowd = (count: number) => numbered(count, (i) => aPerson(`応募者${String(i).padStart(2, '0')}`));

type Situation = { servers: number; workers: number; silent: number; rooms: number; people: number };

function shownOf(
  { servers, workers, silent, rooms, people }: Situation,
  { rows = 24, columns = 80, chosenAt = 0, passed = 0, errors = [] as string[] } = {},
): Shown & { texts: string[] } {
  const live = numbered(rooms, (i) => aLiveRoom(`room-${String(i).padStart(2, '0')}`, crowd(people)));
  const answering = numbered(servers, (i) => aServer(i, workers, i === 0 ? live : []));
  const seen = {
    servers: answering,
    lastSeen: [],
    now: NOW,
    silent: numbered(silent, (i) => `http://10.0.0.${i}:3000`),
  };
  const sorted = byUrgency(answering);
  const shown = topLines(seen, {
    rows,
    columns,
    passed,
    errors,
    keys,
    rooms: sorted,
    chosen: sorted[chosenAt],
  });
  return { ...shown, texts: shown.lines.map(({ text }) => text) };
}

const counted = (texts: string[], pattern: RegExp) => texts.filter((text) => pattern.test(text)).length;
const more = (texts: string[], indent: string) => {
  const line = texts.find((text) => new RegExp(`^${indent}\\d+ more (above|below)`).test(text)) ?? '';
  return [...line.matchAll(/(\d+) more/g)].reduce((sum, [, number]) => sum + Number(number), 0);
};

test('the lines are as many as the rows and as wide as the columns, whatever there is', (t) => {
  for (const rows of [6, 24, 60])
    for (const columns of [60, 200])
      for (const servers of [0, 1, 2, 20])
        for (const workers of [2, 16])
          for (const silent of [0, 3])
            for (const rooms of servers === 0 ? [0] : [0, 1, 30])
              for (const people of [1, 18]) {
                const what = { servers, workers, silent, rooms, people };
                const { texts } = shownOf(what, { rows, columns, errors: ['The database is away.'] });
                const where = JSON.stringify({ rows, columns, ...what });
                t.is(texts.length, rows, where);
                t.is(texts.at(-1), keys.text, where);
                t.is(texts.at(-2), 'The database is away.', where);
                for (const text of texts) if (stringWidth(text) > columns) t.fail(`${where}: ${text}`);
              }
});

test('what is left out is counted, and each room can be come to', (t) => {
  const what = { servers: 1, workers: 2, silent: 0, rooms: 12, people: 18 };
  for (let chosenAt = 0; chosenAt < 12; chosenAt++) {
    const { texts } = shownOf(what, { chosenAt });
    t.true(texts.some((text) => text.startsWith(`> room-${String(chosenAt).padStart(2, '0')} `)));
    t.is(counted(texts, /^[> ] room-\d\d /) + more(texts, ' {2}'), 12);
    t.is(counted(texts, /^ {4}応募者\d\d /) + more(texts, ' {4}'), 18);
  }
});

test('people are scrolled by pages until the last, and no further', (t) => {
  const what = { servers: 1, workers: 2, silent: 0, rooms: 12, people: 18 };
  const found = new Set<string>();
  let passed = 0;
  for (let page = 0; page < 18; page++) {
    const shown = shownOf(what, { passed });
    for (const text of shown.texts) for (const [name] of text.matchAll(/応募者\d\d/g)) found.add(name);
    t.is(counted(shown.texts, /^ {4}応募者\d\d /), shown.fitting);
    passed = shown.passed + shown.fitting;
  }
  t.is(found.size, 18);
  t.is(shownOf(what, { passed }).passed, 18 - shownOf(what, { passed }).fitting);
});

test('workers are shown each, or summed up, or with their server in one line', (t) => {
  const rooms = { silent: 0, rooms: 1, people: 1 };
  t.is(counted(shownOf({ servers: 1, workers: 4, ...rooms }).texts, /^ {2}worker \d+: 1 room, CPU/), 4);
  const summed = shownOf({ servers: 2, workers: 16, ...rooms }).texts;
  t.is(
    counted(summed, /^ {2}16 workers: 16 rooms, CPU 328 % \(the busiest 20\.5 %\), 960 MB$/),
    2,
    summed.join('\n'),
  );
  const single = shownOf({ servers: 6, workers: 16, ...rooms }).texts;
  t.is(counted(single, /^interview-host-\d.* \(pid \d+\): \d rooms?, CPU 12\.3 %, 16 workers 328 %$/), 6);
  const many = shownOf({ servers: 9, workers: 16, ...rooms, silent: 2 }).texts;
  t.is(many[0], '2 servers do not answer: http://10.0.0.0:3000, http://10.0.0.1:3000');
  const shown = counted(many, /^interview-host-/);
  t.true(many.includes(`  ${9 - shown} more servers`), many.join('\n'));
});

test('of a server that does not answer it is said that its rooms are shown as last seen', (t) => {
  const before = aServer(0, 2, [aLiveRoom('room', crowd(1))]);
  const firstOf = (silent: string[], lastSeen: ServerStatus[]) => {
    const rooms = byUrgency(lastSeen);
    const screen = { rows: 24, columns: 120, rooms, chosen: rooms[0], passed: 0, errors: [], keys };
    return topLines({ servers: [], silent, lastSeen, now: NOW }, screen).lines[0];
  };
  const one = 'http://10.0.0.1:3000';
  t.deepEqual(firstOf([], []), { text: 'No server runs on this database.', tone: 'alarm' });
  t.is(firstOf([one], [])?.text, `The server at ${one} does not answer.`);
  t.is(firstOf([one], [before])?.text, `The server at ${one} does not answer; rooms as last seen.`);
  t.is(firstOf([one, one], [before])?.text, `2 servers do not answer; rooms as last seen: ${one}, ${one}`);
});

test('who asks and whose line is bad comes first, and is in sight', (t) => {
  const people = [
    ...crowd(18),
    aPerson('悪い', { line: 'bad', state: 'inCall' }),
    aPerson('切れた', { line: 'lost', state: 'inCall' }),
    aPerson('後から', { state: 'requesting', since: at(10) }),
    aPerson('先に', { state: 'requesting', since: at(90) }),
  ];
  const rooms = [
    aLiveRoom('a', crowd(2)),
    aLiveRoom('b', [people[18] as LivePerson]),
    aLiveRoom('c', people),
  ];
  const servers = [aServer(0, 2, rooms)];
  const sorted = byUrgency(servers);
  t.deepEqual(
    sorted.map(({ name }) => name),
    ['c', 'b', 'a'],
  );
  const { lines } = topLines(
    { servers, silent: [], lastSeen: [], now: NOW },
    { rows: 24, columns: 80, rooms: sorted, chosen: sorted[0], passed: 0, errors: [], keys },
  );
  const cared = lines.filter(({ text, tone }) => text.startsWith('    ') && tone === 'alarm');
  t.deepEqual(
    cared.map(({ text }) => text.trim().split(/\s/)[0]),
    ['先に', '後から', '切れた', '悪い'],
  );
});

const silence =
  'People may be in the room 第1面接室 now: the servers at http://10.0.0.1:3000 and http://10.0.0.2:3000 do not answer. Stop them, or wait until they answer (two minutes at most if they have died), then try again.';

test('what went wrong is told in as many lines as it needs, and the rest is still in sight', (t) => {
  const what = { servers: 1, workers: 2, silent: 0, rooms: 12, people: 18 };
  const { texts } = shownOf(what, { errors: [silence] });
  t.is(texts.length, 24);
  t.is(texts.slice(-4, -1).join(' '), silence);
  t.true(texts.some((text) => text.startsWith('> room-00 ')));
  t.true(counted(texts, /^[> ] room-\d\d /) >= 3);
  t.true(counted(texts, /^ {4}応募者\d\d /) >= 3);
  const both = shownOf(what, { errors: [silence, 'The database is away.'] }).texts;
  t.is(both.slice(-5, -2).join(' '), silence);
  t.is(both.at(-2), 'The database is away.');
});

test('what went wrong gets a quarter of the rows at most, and each of it a line', (t) => {
  const what = { servers: 1, workers: 2, silent: 0, rooms: 3, people: 3 };
  const long = '長い'.repeat(500);
  const of = (rows: number, ...errors: string[]) =>
    counted(shownOf(what, { rows, errors }).texts, /^[長い]+…?$/);
  t.is(of(24, long), 6);
  t.is(of(24, long, long), 6);
  t.is(of(6, long), 1);
  t.is(of(6, long, long), 2);
  const { texts } = shownOf(what, { errors: [long] });
  for (const text of texts) t.true(stringWidth(text) <= 80);
  t.true(texts.at(-2)?.endsWith('…'));
});

test('text is broken at its spaces, and where it has none, at the width', (t) => {
  t.deepEqual(wrapped('to be or not to be', 9, 9), ['to be or', 'not to be']);
  t.deepEqual(wrapped('to be or\n not', 8, 9), ['to be or', 'not']);
  t.deepEqual(wrapped('面接室の通話', 7, 9), ['面接室', 'の通話']);
  t.deepEqual(wrapped('see http://10.0.0.1:3000', 10, 9), ['see', 'http://10.', '0.0.1:3000']);
  t.deepEqual(wrapped('to be or not to be', 9, 1), ['to be or…']);
});

test('of many servers, too, those that are full are told as full', (t) => {
  const server = aServer(1, 4, []);
  t.notRegex(serverLine(server), /FULL/);
  t.regex(
    serverLine({ ...server, calls: { running: 9, most: 9, isFull: true } }),
    /^\S+ \(pid 4001\): FULL, 0 rooms/,
  );
});
