import { callWords } from '../i18n/call/index.ts';
import type { Interview } from '../models/interview.ts';
import styles from './AdmissionRequests.module.css';
import { applicantsText } from './applicantsText.ts';
import { Button } from './Button.tsx';
import { CallEnding } from './CallEnding.tsx';
import { MoveRequests } from './MoveRequests.tsx';
import { shownOrRole } from './nameOf.ts';
import { RequestCard } from './RequestCard.tsx';

/** Who asks to come in, to be answered by an interviewer; else quietly, who is there or not there yet. */
export function AdmissionRequests({ interview }: { interview: Interview }) {
  const { people, interviewer } = interview;
  const text = callWords.value;
  const requests = people.requests.value;
  const quiet = quietNote(interview);
  return (
    <div class={styles.requests}>
      <div class={styles.live} role="status">
        {requests.map((peer) => (
          <RequestCard key={peer.id} text={text.request(shownOrRole(peer, interviewer.entry.value))}>
            <Button kind="secondary" onClick={() => void interviewer.deny(peer.id)}>
              {text.deny}
            </Button>
            <Button onClick={() => void interviewer.admit(peer.id)}>{text.allow}</Button>
          </RequestCard>
        ))}
        <MoveRequests interview={interview} />
        {quiet && <p class={styles.quiet}>{quiet}</p>}
      </div>
      <CallEnding interview={interview} />
    </div>
  );
}

function quietNote(interview: Interview): string | null {
  const { people, seat } = interview;
  const text = callWords.value;
  return applicantsText(interview) ?? (people.inCall.value.length === 0 ? text.alone[seat.role.value] : null);
}
