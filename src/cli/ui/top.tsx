/** @jsxImportSource react */
import { Box, render, Text, useApp, useInput, useWindowSize } from 'ink';
import { useEffect, useState } from 'react';
import type { LiveRoomStatus, ServerStatus } from '../../protocol/status.ts';
import { byUrgency } from '../output/live.ts';
import { accent, alarm } from './theme.ts';
import { type Line, type Seen, topLines } from './topLines.ts';

const REFRESH_MS = 1000;

/** What the screen can do; an error is shown at its foot. */
export type TopActions = {
  /** The servers as they are now, and the addresses and ids of those that do not answer. */
  look: () => Promise<Look>;
  /** Ends the call in the room. */
  end: (room: LiveRoomStatus) => Promise<void>;
};

type Look = { servers: ServerStatus[]; silent: string[]; silentIds: string[] };

/** Shows the live system until q; resolves when it is left. */
export async function showTop(actions: TopActions): Promise<void> {
  await render(<Top {...actions} />, { alternateScreen: true, interactive: true }).waitUntilExit();
}

function Top({ look, end }: TopActions) {
  const { exit } = useApp();
  const { columns, rows } = useWindowSize();
  const [seen, setSeen] = useState<Seen | null>(null);
  const [lookError, setLookError] = useState('');
  // Why what a key asked for was not done: to be read until the next key.
  const [keyError, setKeyError] = useState('');
  const [chosenId, setChosenId] = useState<string | null>(null);
  const [passed, setPassed] = useState(0);
  // The room that is asked about, whichever is chosen or first by then.
  const [asked, setAsked] = useState<LiveRoomStatus | null>(null);
  const rooms = byUrgency(seen ? [...seen.servers, ...seen.lastSeen] : []);
  const chosen = rooms.find(({ id }) => id === chosenId) ?? rooms[0];
  const errors = [keyError, lookError].filter(Boolean);
  const keys = keysLine(asked);
  const shown = seen && topLines(seen, { rows, columns, rooms, chosen, passed, errors, keys });

  useEffect(() => {
    let last: ServerStatus[] = [];
    const onSeen = ({ servers, silent, silentIds }: Look) => {
      const lastSeen = last.filter(({ id }) => silentIds.includes(id));
      last = [...servers, ...lastSeen];
      setSeen({ servers, silent, lastSeen, now: Date.now() });
      setAsked((room) => (room && isThere(room, last) ? room : null));
    };
    return watch(look, onSeen, setLookError);
  }, [look]);
  useInput((input, key) => {
    setKeyError('');
    // Keys may come faster than the screen is drawn: each counts from where the one before has led.
    const move = (by: number) => {
      setChosenId((id) => {
        const at =
          Math.max(
            0,
            rooms.findIndex((room) => room.id === id),
          ) + by;
        return rooms[Math.min(Math.max(at, 0), rooms.length - 1)]?.id ?? null;
      });
      setPassed(0);
    };
    const scroll = (pages: number) => {
      if (!shown || !chosen) return;
      const most = chosen.people.length - shown.fitting;
      setPassed((passed) => Math.min(Math.max(passed + pages * shown.fitting, 0), most));
    };
    if (asked && input === 'y') end(asked).catch((cause: Error) => setKeyError(cause.message));
    if (asked) return setAsked(null);
    if (input === 'q' || key.escape) exit();
    else if (key.upArrow || input === 'k') move(-1);
    else if (key.downArrow || input === 'j') move(1);
    else if (key.pageUp || input === 'b') scroll(-1);
    else if (key.pageDown || input === ' ') scroll(1);
    else if (input === 'e' && chosen) {
      setChosenId(chosen.id);
      setAsked(chosen);
    }
  });

  if (!shown) return <Text>{lookError || 'Asking the servers ...'}</Text>;
  return (
    <Box flexDirection="column" width={columns}>
      {shown.lines.map((line, row) => (
        <Row key={row} {...line} />
      ))}
    </Box>
  );
}

/** Of one row, whatever is in it: ink would make a line without text none, and shrink what is too much. */
function Row({ text, tone, bold, inverse }: Line) {
  const color = tone && { accent, alarm }[tone];
  return (
    <Box height={1} flexShrink={0}>
      <Text wrap="truncate-end" color={color} bold={bold} inverse={inverse}>
        {text}
      </Text>
    </Box>
  );
}

const isThere = ({ id }: LiveRoomStatus, servers: ServerStatus[]) =>
  servers.some(({ rooms }) => rooms.some((room) => room.id === id));

function keysLine(toEnd: LiveRoomStatus | null): Line {
  if (toEnd) return { text: `End the call in ${toEnd.name} for everyone? y / n`, tone: 'alarm', bold: true };
  return { text: 'up/down room   PgUp/PgDn people   e end its call   q quit', tone: 'accent' };
}

/** Looks each second, or as soon as there is an answer where that takes longer. */
function watch(look: TopActions['look'], onSeen: (look: Look) => void, onError: (text: string) => void) {
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;
  const again = async () => {
    const begun = performance.now();
    try {
      onSeen(await look());
      onError('');
    } catch (error) {
      onError((error as Error).message);
    }
    const rest = Math.max(0, REFRESH_MS - (performance.now() - begun));
    if (!stopped) timer = setTimeout(again, rest);
  };
  void again();
  return () => {
    stopped = true;
    clearTimeout(timer);
  };
}
