import { callWords } from '../i18n/call/index.ts';
import type { Interview } from '../models/interview.ts';
import styles from './AdmissionRequests.module.css';
import { Button } from './Button.tsx';

/** Who asks to come in, to be answered by an interviewer; else quietly, who is there or not there yet. */
export function AdmissionRequests({ interview }: { interview: Interview }) {
  const { people, interviewer } = interview;
  const text = callWords.value;
  const requests = people.requests.value;
  const quiet = requests.length === 0 ? quietNote(interview) : null;
  return (
    <div class={styles.requests} role="status">
      {requests.map(({ id, name }) => (
        <div key={id} class={styles.card}>
          <p>{text.request(name)}</p>
          <div class={styles.buttons}>
            <Button kind="secondary" onClick={() => void interviewer.deny(id)}>
              {text.deny}
            </Button>
            <Button onClick={() => void interviewer.admit(id)}>{text.allow}</Button>
          </div>
        </div>
      ))}
      {quiet && <p class={styles.quiet}>{quiet}</p>}
    </div>
  );
}

function quietNote({ people, seat }: Interview): string | null {
  const text = callWords.value;
  if (people.quiet.value > 0) return text.present(people.quiet.value);
  return people.inCall.value.length === 0 ? text.alone[seat.role.value] : null;
}
