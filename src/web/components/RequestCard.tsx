import type { ComponentChildren } from 'preact';
import styles from './RequestCard.module.css';

type RequestCardProps = { text: string; problem?: string | null; children: ComponentChildren };

/** Something that an interviewer is asked, with its answers beside it; below, why the last one did not work. */
export function RequestCard({ text, problem, children }: RequestCardProps) {
  return (
    <div class={styles.card}>
      <p>{text}</p>
      {problem && <p class={styles.problem}>{problem}</p>}
      <div class={styles.buttons}>{children}</div>
    </div>
  );
}
