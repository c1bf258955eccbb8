/** @jsxImportSource react */
import { TextInput } from '@inkjs/ui';
import { Box, render, Text, useApp, useInput } from 'ink';
import { DateTime } from 'luxon';
import { useRef, useState } from 'react';
import { parseDay } from '../input/days.ts';
import { parseDuration, parseTime } from '../input/times.ts';
import { accent, alarm } from './theme.ts';

/** What was answered, as the options of `room create` are given. */
export type RoomAnswers = { name: string; from?: string; duration?: string; applicant?: string[] };

type Key = 'name' | 'day' | 'time' | 'duration' | 'applicants';
type Given = Partial<Record<Key, string>>;
type Question = {
  key: Key;
  label: string;
  hint: string;
  usual: string;
  /** With the answers so far, this one among them. */
  check: (text: string, given: Given) => void | Promise<void>;
};

/** What is known before anything is asked. */
export type Asked = {
  zone: string;
  /** Options that were given: what they say is not asked. */
  given: { from?: string; until?: string; duration?: string; applicant?: string[] };
  /** Throws what is wrong with the answers so far. */
  check: (answers: RoomAnswers) => void;
  isTaken: (name: string) => Promise<boolean>;
};

/** Asks one thing after the other; resolves with null when it was left. */
export async function askForRoom(asked: Asked): Promise<RoomAnswers | null> {
  let answers: RoomAnswers | null = null;
  const onDone = (given: Given) => {
    answers = answersOf(given);
  };
  const questions = questionsFor(asked, DateTime.now().setZone(asked.zone));
  await render(<Form questions={questions} onDone={onDone} />, { interactive: true }).waitUntilExit();
  return answers;
}

function answersOf({ name = '', day, time, duration, applicants = '' }: Given): RoomAnswers {
  const names = applicants
    .split(/[,、;；]/)
    .map((each) => each.trim())
    .filter(Boolean);
  return {
    name,
    ...(time !== undefined && { from: `${day} ${time}` }),
    ...(duration !== undefined && { duration }),
    ...(names.length > 0 && { applicant: names }),
  };
}

function questionsFor({ zone, given, check, isTaken }: Asked, now: DateTime): Question[] {
  // The next full half hour.
  const next = now.plus({ minutes: 30 - (now.minute % 30) }).startOf('minute');
  const timeOf = (option: string, text: string) => parseTime(text, { option, zone, day: now.toJSDate() });
  const hasEnd = given.until !== undefined || given.duration !== undefined;
  const questions: (Question | false)[] = [
    {
      key: 'name',
      label: 'Name',
      hint: 'e.g. 9110-1-to',
      usual: '',
      check: async (text, answers) => {
        check(answersOf(answers));
        if (await isTaken(text))
          throw new Error(`There is already a room named ${text}: choose another name.`);
      },
    },
    given.from === undefined && {
      key: 'day',
      label: 'Day',
      hint: `of ${zone}`,
      usual: next.toFormat('yyyy-MM-dd'),
      check: (text) => {
        if (parseDay(text, 'The day', zone).endOf('day') < DateTime.now())
          throw new Error(`The day ${text} is over: choose today or a later one.`);
      },
    },
    given.from === undefined && {
      key: 'time',
      label: 'Begins at',
      hint: 'e.g. 10:00',
      usual: next.toFormat('HH:mm'),
      check: (text, answers) => {
        const minute = DateTime.now().setZone(zone).startOf('minute');
        if (timeOf('The time', `${answers.day} ${text}`) < minute.toJSDate())
          throw new Error(
            `The time ${text} is over: choose a later one; ${minute.toFormat('HH:mm')} opens the room at once.`,
          );
        check(answersOf(answers));
      },
    },
    !hasEnd && {
      key: 'duration',
      label: 'Open for',
      hint: 'e.g. 60m, 1h30m, 1d',
      usual: '60m',
      check: (text, answers) => {
        parseDuration(text, 'The duration');
        check(answersOf(answers));
      },
    },
    given.applicant === undefined && {
      key: 'applicants',
      label: 'Applicants',
      hint: 'names with commas between them, for a link each; empty: one link for whoever has it',
      usual: '',
      check: (_, answers) => check(answersOf(answers)),
    },
  ];
  return questions.filter((question) => question !== false);
}

type FormProps = { questions: Question[]; onDone: (given: Given) => void };

function Form({ questions, onDone }: FormProps) {
  const { exit } = useApp();
  const [given, setGiven] = useState<Given>({});
  const [refused, setRefused] = useState({ error: '', text: '', count: 0 });
  const isChecking = useRef(false);
  const at = Object.keys(given).length;
  const question = questions[at];
  useInput((_, key) => {
    if (key.escape) exit();
  });

  const answer = async (text: string) => {
    // The database may take a moment to say whether a name is taken.
    if (!question || isChecking.current) return;
    const next = { ...given, [question.key]: text.trim() };
    isChecking.current = true;
    try {
      await question.check(text.trim(), next);
    } catch (cause) {
      return setRefused({ error: (cause as Error).message, text, count: refused.count + 1 });
    } finally {
      isChecking.current = false;
    }
    setRefused({ error: '', text: '', count: 0 });
    setGiven(next);
    if (at + 1 < questions.length) return;
    onDone(next);
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
              if (rest.length > 0) void answer(line ?? '');
            }}
            onSubmit={(text) => void answer(text)}
          />
        </Box>
      )}
      {refused.error !== '' && <Text color={alarm}>{refused.error}</Text>}
      {question && <Text dimColor>{`${question.hint}   Enter goes on, Esc leaves`}</Text>}
    </Box>
  );
}
