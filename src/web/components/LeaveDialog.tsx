import { useEffect, useId, useRef } from 'preact/hooks';
import { words } from '../i18n/language.ts';
import type { Interview } from '../models/interview.ts';
import { Button } from './Button.tsx';
import styles from './LeaveDialog.module.css';

/** Asks before leaving: an interviewer's leaving ends the call for everyone. */
export function LeaveDialog({ interview, onStay }: { interview: Interview; onStay: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const title = useId();
  const { leaving } = words.value.call;
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog ref={dialog} class={styles.dialog} aria-labelledby={title} onClose={onStay}>
      <h2 id={title}>{leaving.title}</h2>
      <p>{leaving[interview.role.value]}</p>
      <div class={styles.buttons}>
        <Button kind="secondary" onClick={onStay}>
          {leaving.stay}
        </Button>
        <Button kind="danger" onClick={() => void interview.leave()}>
          {leaving.confirm}
        </Button>
      </div>
    </dialog>
  );
}
