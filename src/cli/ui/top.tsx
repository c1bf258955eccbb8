/** @jsxImportSource react */
import { Box, render, Text, useApp, useInput, useWindowSize } from 'ink';
import { useEffect, useState } from 'react';
import type { LiveRoomStatus, ServerStatus } from '../../protocol/status.ts';
import {
  byUrgency,
  personCells,
  personColumns,
  roomCells,
  roomColumns,
  serverText,
  workerText,
} from '../live.ts';
import { cut, tableLines } from '../table.ts';
import { accent, alarm } from './theme.ts';

const REFRESH_MS = 1000;

export type TopActions = {
  /** The servers as they are now, and the addresses of those that do not answer. */
  look: () => Promise<{ servers: ServerStatus[]; silent: string[] }>;
  /** Ends the call in the room. */
  end: (room: LiveRoomStatus) => Promise<void>;
};

/** Shows the live system until q; resolves when it is left. */
export async function showTop(actions: TopActions): Promise<void> {
  await render(<Top {...actions} />, { alternateScreen: true, interactive: true }).waitUntilExit();
}

type View = { servers: ServerStatus[]; silent: string[]; now: number };

function Top({ look, end }: TopActions) {
  const { exit } = useApp();
  const { columns, rows } = useWindowSize();
  const [view, setView] = useState<View | null>(null);
  const [error, setError] = useState('');
  const [chosenId, setChosenId] = useState<string | null>(null);
  const [asking, setAsking] = useState(false);
  const rooms = byUrgency(view?.servers ?? []);
  const chosen = rooms.find(({ id }) => id === chosenId) ?? rooms[0];

  useEffect(() => watch(look, setView, setError), [look]);
  useInput((input, key) => {
    const move = (by: number) => {
      const at = chosen ? rooms.indexOf(chosen) + by : 0;
      setChosenId(rooms[Math.min(Math.max(at, 0), rooms.length - 1)]?.id ?? null);
      setAsking(false);
    };
    if (asking && input === 'y' && chosen) end(chosen).catch((cause: Error) => setError(cause.message));
    if (asking) return setAsking(false);
    if (input === 'q' || key.escape) exit();
    else if (key.upArrow || input === 'k') move(-1);
    else if (key.downArrow || input === 'j') move(1);
    else if (input === 'e' && chosen) setAsking(true);
  });

  if (!view) return <Text>{error || 'Asking the servers ...'}</Text>;
  const keys =
    asking && chosen
      ? `End the call in ${chosen.name} for everyone? y / n`
      : 'up/down room   e end its call   q quit';
  return (
    <Box flexDirection="column" height={rows} width={columns}>
      <Servers {...view} width={columns} />
      <Rooms rooms={rooms} chosen={chosen} now={view.now} width={columns} height={Math.floor(rows / 2) - 4} />
      <Box marginTop={1} flexGrow={1} flexDirection="column" overflow="hidden">
        {chosen && <People room={chosen} now={view.now} width={columns} />}
      </Box>
      {error !== '' && <Text color={alarm}>{cut(error, columns)}</Text>}
      <Text color={asking ? alarm : accent} bold={asking}>
        {cut(keys, columns)}
      </Text>
    </Box>
  );
}

/** Looks again and again, each time a second after the answer. */
function watch(look: TopActions['look'], onView: (view: View) => void, onError: (text: string) => void) {
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;
  const again = async () => {
    try {
      const seen = await look();
      onView({ ...seen, now: Date.now() });
      onError('');
    } catch (error) {
      onError((error as Error).message);
    }
    if (!stopped) timer = setTimeout(again, REFRESH_MS);
  };
  void again();
  return () => {
    stopped = true;
    clearTimeout(timer);
  };
}

function Servers({ servers, silent, now, width }: View & { width: number }) {
  return (
    <Box flexDirection="column" marginBottom={1}>
      {servers.map((server) => (
        <Box key={server.id} flexDirection="column">
          <Text bold>{cut(serverText(server, now), width)}</Text>
          {server.workers.map((worker) => (
            <Text key={worker.pid}>{cut(`  ${workerText(worker)}`, width)}</Text>
          ))}
        </Box>
      ))}
      {servers.length === 0 && <Text color={alarm}>No server runs on this database.</Text>}
      {silent.map((url) => (
        <Text key={url} color={alarm}>{`The server at ${url} does not answer.`}</Text>
      ))}
    </Box>
  );
}

type RoomsProps = {
  rooms: LiveRoomStatus[];
  chosen: LiveRoomStatus | undefined;
  now: number;
  width: number;
  height: number;
};

/** As many as fit, the chosen one among them. */
function Rooms({ rooms, chosen, now, width, height }: RoomsProps) {
  if (rooms.length === 0) return <Text>Nobody is in a room now.</Text>;
  const shown = Math.max(3, height);
  const at = chosen ? rooms.indexOf(chosen) : 0;
  const first = Math.min(Math.max(0, at - shown + 1), Math.max(0, rooms.length - shown));
  const part = rooms.slice(first, first + shown);
  const [heading, ...lines] = tableLines(
    roomColumns,
    part.map((room) => roomCells(room, now)),
    width - 2,
  );
  const more = rooms.length - part.length;
  return (
    <Box flexDirection="column">
      <Text color={accent}>{`  ${heading}`}</Text>
      {part.map((room, i) => (
        <Text key={room.id} inverse={room === chosen} color={needsCare(room) ? alarm : undefined}>
          {`${room === chosen ? '> ' : '  '}${lines[i]}`}
        </Text>
      ))}
      {more > 0 && <Text>{`  ${more} more`}</Text>}
    </Box>
  );
}

function People({ room, now, width }: { room: LiveRoomStatus; now: number; width: number }) {
  const [heading, ...lines] = tableLines(
    personColumns,
    room.people.map((person) => personCells(person, now)),
    width - 4,
  );
  return (
    <>
      <Text bold>{cut(room.name, width)}</Text>
      <Text color={accent}>{`    ${heading}`}</Text>
      {room.people.map((person, i) => (
        <Text key={person.peerId} color={person.line === 'ok' ? undefined : alarm}>
          {`    ${lines[i]}`}
        </Text>
      ))}
    </>
  );
}

const needsCare = ({ people }: LiveRoomStatus) =>
  people.some(({ line, state }) => line !== 'ok' || state === 'requesting');
