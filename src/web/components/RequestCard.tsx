import type { ComponentChildren } from 'preact';
import styles from './RequestCard.module.css';

/** Something that an interviewer is asked, with its answers beside it. */
export function RequestCard({ text, children }: { text: string; children: ComponentChildren }) {
  return (
    <div class={styles.card}>
      <p>{text}</p>
      <div class={styles.buttons}>{children}</div>
    </div>
  );
}
