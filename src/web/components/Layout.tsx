import { WifiOff } from 'lucide';
import type { ComponentChildren } from 'preact';
import { words } from '../i18n/language.ts';
import type { Interview } from '../models/interview.ts';
import type { Memory } from '../models/memory.ts';
import { Icon } from './Icon.tsx';
import { LanguageSwitch } from './LanguageSwitch.tsx';
import styles from './Layout.module.css';

type LayoutProps = {
  interview: Interview | null;
  memory: Memory;
  narrow?: boolean;
  children: ComponentChildren;
};

/** Every screen but the call: whose page it is, the other language, and a line when the connection is lost. */
export function Layout({ interview, memory, narrow, children }: LayoutProps) {
  return (
    <div class={styles.page}>
      <header class={styles.header}>
        <span class={styles.brand}>{words.value.title}</span>
        <span class={styles.room}>{interview?.room.value?.name}</span>
        <LanguageSwitch memory={memory} className={styles.language} />
      </header>
      <div role="status">
        {interview?.status.value === 'lost' && (
          <p class={styles.line}>
            <Icon node={WifiOff} size={20} />
            {words.value.call.lines.lost}
          </p>
        )}
      </div>
      <main class={`${styles.main} ${narrow ? styles.narrow : ''}`}>{children}</main>
    </div>
  );
}
