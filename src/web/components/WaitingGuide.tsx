import type { Role } from '../../protocol/messages.ts';
import { words } from '../i18n/language.ts';
import styles from './WaitingGuide.module.css';

/** 【ご利用手順・注意事項】 of the manual, for who wants to read it. */
export function WaitingGuide({ role }: { role: Role }) {
  const { guide } = words.value.waiting;
  const steps =
    role === 'interviewer'
      ? [guide.names, guide.devices, guide.connect]
      : [guide.name, guide.devices, guide.request];
  return (
    <details class={styles.guide}>
      <summary>{guide.title}</summary>
      <ol>
        {steps.map(([title, text]) => (
          <li key={title}>
            <strong>{title}</strong>
            <p>{text}</p>
          </li>
        ))}
      </ol>
    </details>
  );
}
