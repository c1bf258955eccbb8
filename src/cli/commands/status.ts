import type { ServerStatus } from '../../protocol/status.ts';
import { silentText, untilItAnswers } from '../../server/admin/live.ts';
import { UserError } from '../../server/errors.ts';
import { type CommonOptions, configOf, withAdmin } from '../context.ts';
import {
  byCare,
  byUrgency,
  personCells,
  personColumns,
  roomCells,
  roomColumns,
  serverText,
  workerText,
} from '../output/live.ts';
import { printJson, printLine, printNote } from '../output/print.ts';
import { printTable } from '../output/printTable.ts';

/** `webinterview status`: the servers and their live rooms, once. Exit code 1 when no server runs, or none answers. */
export async function status(options: CommonOptions): Promise<void> {
  const { servers, silent } = await withAdmin(configOf(options), { create: false }, (admin) =>
    admin.servers.statuses(),
  );
  if (servers.length === 0) process.exitCode = 1;
  if (options.json) return printJson({ servers, unreachable: silent });
  if (servers.length === 0) throw silent.length > 0 ? noneAnswers(silent) : noServer();
  if (silent.length > 0) printNote(`${silentText(silent)}: what goes on there is not shown.`);
  printStatus(servers, Date.now());
}

const noServer = () =>
  new UserError('No server runs on this database', { remedy: 'start it with webinterview serve.' });

const noneAnswers = (silent: string[]) =>
  new UserError(
    `Nothing is known about the rooms: ${silentText(silent)}. ${untilItAnswers(silent)}; its log says more.`,
  );

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
    byCare(people).map((person) => [name, ...personCells(person, now)]),
  );
  printTable([{ heading: 'Room', flexible: true }, ...personColumns], people);
}
