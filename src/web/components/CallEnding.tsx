import { limits } from '../../protocol/limits.ts';
import { callWords } from '../i18n/call/index.ts';
import type { Interview } from '../models/interview.ts';
import { Button } from './Button.tsx';
import styles from './CallEnding.module.css';
import { CloseButton } from './CloseButton.tsx';
import { RequestCard } from './RequestCard.tsx';
import { endText } from './roomText.ts';

/** For interviewers: the end, which can be put off. */
export function CallEnding({ interview: { seat, interviewer } }: { interview: Interview }) {
  const room = seat.room.value;
  if (seat.role.value !== 'interviewer' || !room) return null;
  return (
    <div class={styles.ending} role="status">
      {interviewer.times.isOpen.value && <Ending interviewer={interviewer} end={endText(room)} />}
    </div>
  );
}

type EndingProps = { interviewer: Interview['interviewer']; end: string };

function Ending({ interviewer: { times }, end }: EndingProps) {
  const { clock } = callWords.value;
  const ending = times.ending.value;
  const problem = times.problem.value;
  const text = ending ? clock[ending](end) : clock.ask(end);
  return (
    <RequestCard text={text} problem={problem && clock[problem]}>
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
    </RequestCard>
  );
}
