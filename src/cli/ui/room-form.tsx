/** @jsxImportSource react */
import { TextInput } from '@inkjs/ui';
import { Box, render, Text, useApp, useInput } from 'ink';
import { DateTime } from 'luxon';
import { useState } from 'react';
import { checkedRoomName } from '../../server/room/schedule.ts';
import { parseDuration, parseTime } from '../times.ts';
import { accent, alarm } from './theme.ts';

/** What `room create` needs, as its options are given. */
export type RoomAnswers = { name: string; from: string; duration: string; applicant: string[] | undefined };

type Key = 'name' | 'day' | 'time' | 'duration' | 'applicants';
type Given = Record<Key, string>;
type Question = {
  key: Key;
  label: string;
  hint: string;
  usual: string;
  check: (text: string, given: Given) => void;
};

/** Asks one thing after the other; resolves with null when it was left. */
export async function askForRoom(timeZone: string): Promise<RoomAnswers | null> {
  let answers: RoomAnswers | null = null;
  const onDone = (given: Given) => {
    answers = answersOf(given);
  };
  const questions = questionsFor(timeZone, DateTime.now().setZone(timeZone));
  await render(<Form questions={questions} onDone={onDone} />, { interactive: true }).waitUntilExit();
  return answers;
}

function answersOf({ name, day, time, duration, applicants }: Given): RoomAnswers {
  const names = applicants
    .split(/[,、;；]/)
    .map((each) => each.trim())
    .filter(Boolean);
  return {
    name,
    from: `${day} ${time.padStart(5, '0')}`,
    duration,
    applicant: names.length > 0 ? names : undefined,
  };
}

function questionsFor(zone: string, now: DateTime): Question[] {
  // The next full half hour.
  const next = now.plus({ minutes: 30 - (now.minute % 30) }).startOf('minute');
  return [
    {
      key: 'name',
      label: 'Name',
      hint: 'e.g. 9110-1-to',
      usual: '',
      check: (text) => void checkedRoomName(text),
    },
    {
      key: 'day',
      label: 'Day',
      hint: `of ${zone}`,
      usual: next.toFormat('yyyy-MM-dd'),
      check: (text) => void parseTime(`${text} 12:00`, { option: 'The day', zone, day: now.toJSDate() }),
    },
    {
      key: 'time',
      label: 'Opens at',
      hint: 'e.g. 10:00',
      usual: next.toFormat('HH:mm'),
      check: (text, { day }) =>
        void parseTime(`${day} ${text.padStart(5, '0')}`, { option: 'The time', zone, day: now.toJSDate() }),
    },
    {
      key: 'duration',
      label: 'Open for',
      hint: 'e.g. 60m, 1h30m, 1d',
      usual: '60m',
      check: (text) => void parseDuration(text, 'The duration'),
    },
    {
      key: 'applicants',
      label: 'Applicants',
      hint: 'names with commas between them, for a link each; empty: one link for whoever has it',
      usual: '',
      check: () => undefined,
    },
  ];
}

function Form({ questions, onDone }: { questions: Question[]; onDone: (given: Given) => void }) {
  const { exit } = useApp();
  const [given, setGiven] = useState<Partial<Given>>({});
  const [refused, setRefused] = useState({ error: '', text: '', count: 0 });
  const at = Object.keys(given).length;
  const question = questions[at];
  useInput((_, key) => {
    if (key.escape) exit();
  });

  const answer = (text: string) => {
    if (!question) return;
    const next = { ...given, [question.key]: text.trim() };
    try {
      question.check(text.trim(), next as Given);
    } catch (cause) {
      return setRefused({ error: (cause as Error).message, text, count: refused.count + 1 });
    }
    setRefused({ error: '', text: '', count: 0 });
    setGiven(next);
    if (at + 1 < questions.length) return;
    onDone(next as Given);
    exit();
  };

  return (
    <Box flexDirection="column">
      <Text bold>A new room</Text>
      {questions.slice(0, at).map(({ key, label }) => (
        <Text key={key}>{`${label.padEnd(11)} ${given[key] || '-'}`}</Text>
      ))}
      {question && (
        <Box>
          <Text color={accent}>{`${question.label.padEnd(11)} `}</Text>
          <TextInput
            key={`${question.key} ${refused.count}`}
            defaultValue={refused.error ? refused.text : question.usual}
            onChange={(text) => {
              // Keys that arrive together come as one text, Enter in it.
              const [line, ...rest] = text.split(/[\r\n]/);
              if (rest.length > 0) answer(line ?? '');
            }}
            onSubmit={answer}
          />
        </Box>
      )}
      {refused.error !== '' && <Text color={alarm}>{refused.error}</Text>}
      {question && <Text dimColor>{`${question.hint}   Enter goes on, Esc leaves`}</Text>}
    </Box>
  );
}
