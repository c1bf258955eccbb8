import { useEffect } from 'preact/hooks';
import type { RoomInfo } from '../../protocol/messages.ts';
import { keepScreenOn } from '../browser/keepScreenOn.ts';
import { Button } from '../components/Button.tsx';
import { Dock } from '../components/Dock.tsx';
import { Heading } from '../components/Heading.tsx';
import { useInSight } from '../components/useInSight.ts';
import { earlyWords } from '../i18n/early/index.ts';
import { words } from '../i18n/language.ts';
import { isElsewhere, isSameDay } from '../i18n/roomTimes.ts';
import type { EarlyModel } from '../models/early.ts';
import type { Interview } from '../models/interview.ts';
import styles from './Early.module.css';

/** Minutes before the opening from which on the device is kept awake. */
const SOON = 30;
/** Minutes left that are said aloud: a countdown that is read out each second would let nobody hear anything else. */
const SAID = [30, 10, 5, 1];

/** Before the room opens: when that is, how long it takes, and the check that can be run meanwhile. */
export function Early({ interview }: { interview: Interview }) {
  const text = earlyWords.value;
  const { early, seat, memory } = interview;
  const room = seat.room.value;
  if (!room) return null;
  const hasPassed = memory.hasPassedCheck();
  return (
    <>
      <div class={styles.card}>
        <Heading className={styles.title}>{text.title}</Heading>
        <p>{text.lead}</p>
        <dl class={styles.times}>
          {room.company && <dt>{text.company}</dt>}
          {room.company && <dd>{room.company}</dd>}
          {room.title && <dt>{text.called}</dt>}
          {room.title && <dd>{room.title}</dd>}
          <dt>{text.begins}</dt>
          <dd>{text.beginsAt(room.from, room.timeZone, isElsewhere(room.timeZone))}</dd>
          <dt>{text.opens}</dt>
          <dd>{whenOpen(early, room)}</dd>
        </dl>
        <Countdown early={early} />
        <section class={styles.check}>
          <h2>{text.checkTitle}</h2>
          <p>{hasPassed ? text.checked : text.checkLead}</p>
        </section>
        <p class={styles.muted}>{text.mayClose}</p>
      </div>
      <Dock>
        <Button large kind={hasPassed ? 'secondary' : 'primary'} onClick={interview.checkAgain}>
          {hasPassed ? text.checkAgain : text.checkOnly}
        </Button>
      </Dock>
    </>
  );
}

/** Seen each second, and said aloud only now and then. */
function Countdown({ early }: { early: EarlyModel }) {
  const text = earlyWords.value;
  const left = early.secondsLeft.value;
  const minutes = Math.ceil(left / 60);
  const isSoon = minutes <= SOON;
  // A phone that sleeps would not open the room by itself.
  useEffect(() => (isSoon ? keepScreenOn() : undefined), [isSoon]);
  return (
    <>
      {left > 0 ? (
        <p class={styles.left} role="timer">
          {text.left}
          <span class={styles.time}>{text.time(partsOf(left))}</span>
        </p>
      ) : (
        <p class={styles.left} role="status">
          {text.opening}
        </p>
      )}
      <p class="hidden" role="status">
        {SAID.includes(minutes) ? text.soon(minutes) : ''}
      </p>
    </>
  );
}

/** What follows the environment check while nobody can come in yet: whether all is well, and when to come back. */
export function EarlyActions({ interview }: { interview: Interview }) {
  const text = earlyWords.value;
  const { check } = interview;
  const room = interview.seat.room.value;
  const opensAt = interview.early.opensAt.value;
  const when = room ? text.opensAtAlone(opensAt, room.timeZone, isElsewhere(room.timeZone)) : '';
  const isRunning = check.running.value;
  const complete = check.complete.value;
  const ref = useInSight<HTMLDivElement>(!isRunning);
  const outcome = complete ? text.passed : text.failed;
  return (
    <Dock ref={ref}>
      <p role="status">{isRunning ? text.running : outcome(when)}</p>
      {!isRunning && !complete && (
        <Button large onClick={() => void check.run()}>
          {words.value.tryAgain}
        </Button>
      )}
      {!isRunning && (
        <Button kind={complete ? 'primary' : 'text'} onClick={interview.backToEarly}>
          {text.back}
        </Button>
      )}
    </Dock>
  );
}

/** From when on one can come in; with the day, unless that of the beginning, beside it, is the same. */
function whenOpen(early: EarlyModel, { timeZone, from }: RoomInfo): string {
  const opensAt = early.opensAt.value;
  const isDayOfBeginning = isSameDay(new Date(opensAt), new Date(from), timeZone);
  return earlyWords.value.opensAt(opensAt, timeZone, isDayOfBeginning);
}

function partsOf(seconds: number) {
  return {
    days: Math.floor(seconds / 86_400),
    hours: Math.floor(seconds / 3600) % 24,
    minutes: Math.floor(seconds / 60) % 60,
    seconds: seconds % 60,
  };
}
