import { useEffect } from 'preact/hooks';
import { callWords } from '../i18n/call/index.ts';
import type { Interview } from '../models/interview.ts';
import styles from './CallClock.module.css';
import { endText } from './roomText.ts';

/** For interviewers, above the tiles: how long the interview has been going on and when it is to end. */
export function CallClock({ interview: { seat, interviewer } }: { interview: Interview }) {
  const { times } = interviewer;
  const { clock } = callWords.value;
  useEffect(times.watch, [times]);
  const room = seat.room.value;
  if (seat.role.value !== 'interviewer' || !room) return null;
  const minutes = times.minutes.value;
  return (
    <button
      type="button"
      class={styles.clock}
      title={clock.change}
      aria-expanded={times.isOpen.value}
      onClick={times.toggle}
    >
      {minutes !== null && <span>{clock.elapsed(minutes)}</span>}
      <span>{clock.until(endText(room))}</span>
    </button>
  );
}
