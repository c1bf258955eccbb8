import { useSignal } from '@preact/signals';
import { CircleQuestionMark, WifiOff } from 'lucide';
import type { ComponentChildren } from 'preact';
import { useCallback } from 'preact/hooks';
import { words } from '../i18n/language.ts';
import type { Interview } from '../models/interview.ts';
import type { Memory } from '../models/memory.ts';
import { Icon } from './Icon.tsx';
import { LanguageSwitch } from './LanguageSwitch.tsx';
import styles from './Layout.module.css';
import { LazyDialog } from './LazyDialog.tsx';
import { roomText } from './roomText.ts';

/** Also where it was closed to come anew, and that takes long. */
const isLost = ({ status, slow, seat }: Interview) =>
  status.value === 'lost' || (status.value === 'connecting' && slow.value && seat.room.value !== null);

type LayoutProps = {
  interview: Interview | null;
  memory: Memory;
  narrow?: boolean;
  children: ComponentChildren;
};

/** Every screen but the call: whose page it is, the other language, and a line when the connection is lost. */
export function Layout({ interview, memory, narrow, children }: LayoutProps) {
  const helping = useSignal(false);
  const close = useCallback(() => {
    helping.value = false;
  }, [helping]);
  const shown = interview && roomText(interview);
  return (
    <div class={styles.page}>
      <header class={styles.header}>
        <span class={`${styles.brand} ${shown ? styles.beside : ''}`}>{words.value.title}</span>
        <span class={styles.room}>
          {shown && <span class={styles.what}>{shown.what}</span>}
          {shown && <span class={styles.when}>{shown.when}</span>}
        </span>
        <button
          type="button"
          class={styles.tool}
          aria-label={words.value.help}
          onClick={() => {
            helping.value = true;
          }}
        >
          <Icon node={CircleQuestionMark} size={20} />
          <span aria-hidden>{words.value.help}</span>
        </button>
        <LanguageSwitch memory={memory} className={styles.tool} />
      </header>
      <div role="status">
        {interview && isLost(interview) && (
          <p class={styles.line}>
            <Icon node={WifiOff} size={20} />
            {words.value.lines.lost}
          </p>
        )}
      </div>
      <main class={`${styles.main} ${narrow ? styles.narrow : ''}`}>{children}</main>
      {helping.value && <LazyDialog name="help" interview={interview} onClose={close} />}
    </div>
  );
}
