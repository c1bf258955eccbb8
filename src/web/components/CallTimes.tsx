import { useEffect } from 'preact/hooks';
import { limits } from '../../protocol/limits.ts';
import { callWords } from '../i18n/call/index.ts';
import type { Interview } from '../models/interview.ts';
import { Button } from './Button.tsx';
import styles from './CallTimes.module.css';
import { CloseButton } from './CloseButton.tsx';

/** For interviewers, quietly: how long the interview has been going on and when it is to end, which can be put off. */
export function CallTimes({ interview: { seat, interviewer } }: { interview: Interview }) {
  const { times } = interviewer;
  const { clock } = callWords.value;
  useEffect(times.watch, [times]);
  const until = seat.room.value?.until;
  if (seat.role.value !== 'interviewer' || !until) return null;
  const minutes = times.minutes.value;
  return (
    <div class={styles.times}>
      <button
        type="button"
        class={styles.clock}
        title={clock.change}
        aria-expanded={times.isOpen.value}
        onClick={times.toggle}
      >
        {minutes !== null && <span>{clock.elapsed(minutes)}</span>}
        <span>{clock.until(until)}</span>
      </button>
      <div role="status">{times.isOpen.value && <Ending interviewer={interviewer} until={until} />}</div>
    </div>
  );
}

type EndingProps = { interviewer: Interview['interviewer']; until: string };

function Ending({ interviewer: { times }, until }: EndingProps) {
  const { clock } = callWords.value;
  const ending = times.ending.value;
  return (
    <div class={styles.card}>
      <p>{ending ? clock[ending](until) : clock.ask(until)}</p>
      {times.problem.value && <p class={styles.problem}>{clock[times.problem.value]}</p>}
      <div class={styles.buttons}>
        {limits.extendMinutes.map((minutes) => (
          <Button
            key={minutes}
            kind="secondary"
            disabled={times.busy.value}
            onClick={() => void times.extend(minutes)}
          >
            {clock.extend(minutes)}
          </Button>
        ))}
        <CloseButton size={20} onClick={times.toggle} />
      </div>
    </div>
  );
}
