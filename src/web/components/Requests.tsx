import { words } from '../i18n/language.ts';
import type { Interview } from '../models/interview.ts';
import { Button } from './Button.tsx';
import styles from './Requests.module.css';

/** Who asks to come in, to be answered by an interviewer; else quietly, who is there or not there yet. */
export function Requests({ interview }: { interview: Interview }) {
  const { people, admit, deny } = interview;
  const { call } = words.value;
  const requests = people.requests.value;
  const quiet = requests.length === 0 ? quietNote(interview) : null;
  return (
    <div class={styles.requests} role="status">
      {requests.map(({ id, name }) => (
        <div key={id} class={styles.card}>
          <p>{call.request(name)}</p>
          <div class={styles.buttons}>
            <Button kind="secondary" onClick={() => void deny(id)}>
              {call.deny}
            </Button>
            <Button onClick={() => void admit(id)}>{call.allow}</Button>
          </div>
        </div>
      ))}
      {quiet && <p class={styles.quiet}>{quiet}</p>}
    </div>
  );
}

function quietNote({ people, role }: Interview): string | null {
  const { call } = words.value;
  if (people.quiet.value > 0) return call.present(people.quiet.value);
  return people.inCall.value.length === 0 ? call.alone[role.value] : null;
}
