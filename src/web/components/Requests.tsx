import { words } from '../i18n/language.ts';
import type { Interview } from '../models/interview.ts';
import { Button } from './Button.tsx';
import styles from './Requests.module.css';

/** For the interviewer: who asks to come in, to be answered; and quietly, who is there and has not asked. */
export function Requests({ interview: { people, admit, deny } }: { interview: Interview }) {
  const { call } = words.value;
  const quiet = people.quiet.value;
  return (
    <div class={styles.requests} role="status">
      {people.requests.value.map(({ id, name }) => (
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
      {people.requests.value.length === 0 && quiet > 0 && <p class={styles.quiet}>{call.present(quiet)}</p>}
    </div>
  );
}
