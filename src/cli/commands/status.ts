import type { ServerStatus } from '../../protocol/status.ts';
import { UserError } from '../../server/errors.ts';
import { type CommonOptions, configOf, withAdmin } from '../context.ts';
import {
  byUrgency,
  personCells,
  personColumns,
  roomCells,
  roomColumns,
  serverText,
  workerText,
} from '../live.ts';
import { printJson, printLine } from '../output.ts';
import { type Column, tableLines } from '../table.ts';

/** `webinterview status`: the servers and their live rooms, once. Exit code 1 when no server runs. */
export async function status(options: CommonOptions): Promise<void> {
  const servers = await withAdmin(configOf(options), { create: false }, ({ servers }) => servers.statuses());
  if (options.json) printJson({ servers });
  else if (servers.length > 0) printStatus(servers, Date.now());
  if (servers.length === 0 && !options.json) throw noServer();
  if (servers.length === 0) process.exitCode = 1;
}

export const noServer = () =>
  new UserError('No server runs on this database: start it with webinterview serve.');

function printStatus(servers: ServerStatus[], now: number): void {
  for (const server of servers) {
    printLine(serverText(server, now));
    for (const worker of server.workers) printLine(`  ${workerText(worker)}`);
  }
  const rooms = byUrgency(servers);
  printLine();
  if (rooms.length === 0) {
    printLine('Nobody is in a room now.');
    return;
  }
  printTable(
    roomColumns,
    rooms.map((room) => roomCells(room, now)),
  );
  printLine();
  const people = rooms.flatMap(({ name, people }) =>
    people.map((person) => [name, ...personCells(person, now)]),
  );
  printTable([{ heading: 'Room', flexible: true }, ...personColumns], people);
}

function printTable(columns: Column[], rows: string[][]): void {
  const width = process.stdout.isTTY ? process.stdout.columns : null;
  for (const line of tableLines(columns, rows, width)) printLine(line);
}
