/**
 * What `webinterview top` shows, as lines that add up to the rows that there are: each part has its bound, and says how
 * much more there is.
 */
import stringWidth from 'string-width';
import type { LiveRoomStatus, ServerStatus } from '../../protocol/status.ts';
import {
  byCare,
  needsCare,
  personCells,
  personColumns,
  roomCells,
  roomColumns,
  serverLine,
  serverText,
  workersText,
  workerText,
} from '../output/live.ts';
import { cut, tableLines, wrapped } from '../output/table.ts';

/** One line of the screen, in one style. */
export type Line = { text: string; tone?: 'accent' | 'alarm'; bold?: boolean; inverse?: boolean };

/**
 * The servers that answered, and the addresses of those that did not. lastSeen: what those said before; their rooms are
 * still shown, as one late answer must not take from the screen what somebody is looking at.
 */
export type Seen = { servers: ServerStatus[]; silent: string[]; lastSeen: ServerStatus[]; now: number };

/** What is to be shown, and the place that there is, in rows and columns of characters. */
export type Screen = {
  rows: number;
  columns: number;
  rooms: LiveRoomStatus[];
  chosen: LiveRoomStatus | undefined;
  /** How many of the chosen room's people are scrolled past. */
  passed: number;
  /** What went wrong. */
  errors: string[];
  keys: Line;
};

/** `passed` as far as there are people to scroll to; `fitting`: how many people are shown at once. */
export type Shown = { lines: Line[]; passed: number; fitting: number };

/** The servers get no more of the rows than this; rooms and people share the others. */
const SERVERS_SHARE = 0.3;
/** All errors together get no more than this, and each a line. */
const ERRORS_SHARE = 0.25;
/** An empty line below the servers, and one below the rooms. */
const GAPS = 2;

/** Exactly `rows` lines, none wider than `columns`. */
export function topLines(seen: Seen, screen: Screen): Shown {
  const { rows, columns, rooms, chosen, keys } = screen;
  const end: Line[] = [...errorLines(screen), keys];
  const body = rows - end.length;
  const servers = serverLines(seen, columns, Math.max(1, Math.floor(body * SERVERS_SHARE)));
  const rest = Math.max(0, body - servers.length - GAPS);
  const people = chosen ? chosen.people.length + 2 : 0;
  const height = Math.min(Math.max(1, rooms.length + 1), Math.max(Math.floor(rest / 2), rest - people));
  const roomPart = roomLines(screen, seen.now, height);
  const peoplePart = peopleLines(screen, seen.now, rest - roomPart.length);
  const lines = [...servers, empty, ...roomPart, empty, ...peoplePart.lines].slice(0, Math.max(0, body));
  while (lines.length < body) lines.push(empty);
  return {
    ...peoplePart,
    lines: [...lines, ...end].slice(-rows).map((line) => ({ ...line, text: cut(line.text, columns) })),
  };
}

const empty: Line = { text: '' };

function errorLines({ errors, rows, columns }: Screen): Line[] {
  const most = Math.max(1, Math.floor((rows * ERRORS_SHARE) / errors.length));
  return errors.flatMap((error) => wrapped(error, columns, most)).map((text) => ({ text, tone: 'alarm' }));
}

/** Each worker where they fit; else those of a server in one line; else one line for each server. */
function serverLines(seen: Seen, columns: number, most: number): Line[] {
  const { servers, now } = seen;
  const alarms = silentLines(seen);
  const left = most - alarms.length;
  const headOf = (server: ServerStatus): Line => ({
    text: fitted(server, columns, (each) => serverText(each, now)),
    bold: true,
  });
  const whole = servers.map((server): Line[] => [
    headOf(server),
    ...server.workers.map((worker) => ({ text: `  ${workerText(worker)}` })),
  ]);
  if (whole.flat().length <= left) return [...alarms, ...whole.flat()];
  const summed = servers.flatMap((server): Line[] => [
    headOf(server),
    { text: `  ${workersText(server.workers)}` },
  ]);
  if (summed.length <= left) return [...alarms, ...summed];
  const single = servers.map((server): Line => ({ text: fitted(server, columns, serverLine), bold: true }));
  if (single.length <= left) return [...alarms, ...single];
  const fitting = Math.max(0, left - 1);
  return [...alarms, ...single.slice(0, fitting), { text: `  ${single.length - fitting} more servers` }];
}

/** A long name of the machine is cut, rather than the figures after it. */
function fitted(server: ServerStatus, columns: number, textOf: (server: ServerStatus) => string): string {
  const figures = stringWidth(textOf({ ...server, host: '' }));
  return textOf({ ...server, host: cut(server.host, Math.max(1, columns - figures)) });
}

function silentLines({ servers, silent, lastSeen }: Seen): Line[] {
  const tone = 'alarm' as const;
  if (silent.length === 0)
    return servers.length > 0 ? [] : [{ text: 'No server runs on this database.', tone }];
  const end = lastSeen.length > 0 ? '; rooms as last seen' : '';
  if (silent.length === 1) return [{ text: `The server at ${silent[0]} does not answer${end}.`, tone }];
  return [{ text: `${silent.length} servers do not answer${end}: ${silent.join(', ')}`, tone }];
}

/** As many as fit, the chosen one among them. */
function roomLines({ rooms, chosen, columns }: Screen, now: number, height: number): Line[] {
  if (rooms.length === 0) return [{ text: 'Nobody is in a room now.' }];
  const fitting = rooms.length + 1 <= height ? rooms.length : Math.max(1, height - 2);
  const at = chosen ? rooms.indexOf(chosen) : 0;
  const first = Math.max(0, at - fitting + 1);
  const part = rooms.slice(first, first + fitting);
  const cells = part.map((room) => roomCells(room, now));
  const [heading, ...texts] = tableLines(roomColumns, cells, columns - 2);
  return [
    { text: `  ${heading}`, tone: 'accent' },
    ...part.map(
      (room, i): Line => ({
        text: `${room === chosen ? '> ' : '  '}${texts[i]}`,
        inverse: room === chosen,
        tone: room.people.some(needsCare) ? 'alarm' : undefined,
      }),
    ),
    ...moreLine('  ', first, rooms.length - first - part.length),
  ];
}

/** Of the chosen room, those first who have asked or whose line is bad. */
function peopleLines({ chosen, passed, columns }: Screen, now: number, height: number): Shown {
  if (!chosen) return { lines: [], passed: 0, fitting: 0 };
  const people = byCare(chosen.people);
  const fitting = people.length + 2 <= height ? people.length : Math.max(1, height - 3);
  const first = Math.min(Math.max(0, passed), people.length - fitting);
  const part = people.slice(first, first + fitting);
  // The widths are those of all, so that nothing moves while one scrolls.
  const cells = people.map((person) => personCells(person, now));
  const [heading, ...texts] = tableLines(personColumns, cells, columns - 4);
  const lines: Line[] = [
    { text: `${chosen.name}: ${people.length} ${people.length === 1 ? 'person' : 'people'}`, bold: true },
    { text: `    ${heading}`, tone: 'accent' },
    ...part.map(
      (person, i): Line => ({
        text: `    ${texts[first + i]}`,
        tone: needsCare(person) ? 'alarm' : undefined,
      }),
    ),
    ...moreLine('    ', first, people.length - first - part.length),
  ];
  return { lines, passed: first, fitting };
}

/** "3 more above, 5 more below"; nothing where nothing is left out. */
function moreLine(indent: string, above: number, below: number): Line[] {
  const parts = [above > 0 ? `${above} more above` : '', below > 0 ? `${below} more below` : ''];
  const text = parts.filter(Boolean).join(', ');
  return text ? [{ text: `${indent}${text}` }] : [];
}
