import { LogOut, MessageSquare } from 'lucide';
import { useEffect, useRef } from 'preact/hooks';
import { words } from '../i18n/language.ts';
import type { Interview } from '../models/interview.ts';
import styles from './ControlBar.module.css';
import { DeviceToggle } from './DeviceToggle.tsx';
import { Icon } from './Icon.tsx';
import { LanguageSwitch } from './LanguageSwitch.tsx';

/** The call's controls in the order of the manual; 「退出」 apart, in red. */
export function ControlBar({ interview, onLeave }: { interview: Interview; onLeave: () => void }) {
  const { call } = words.value;
  return (
    <div class={styles.bar}>
      <ChatControl interview={interview} />
      <DeviceToggle
        kind="microphone"
        on={interview.microphoneShown.value}
        onToggle={interview.toggleMicrophone}
        className={styles.control}
      />
      <DeviceToggle
        kind="camera"
        on={interview.cameraShown.value}
        onToggle={interview.toggleCamera}
        className={styles.control}
      />
      <button type="button" class={`${styles.control} ${styles.leave}`} onClick={onLeave}>
        <Icon node={LogOut} />
        <span>{call.leave}</span>
      </button>
      <LanguageSwitch memory={interview.memory} className={`${styles.control} ${styles.language}`} />
    </div>
  );
}

function ChatControl({ interview: { chat } }: { interview: Interview }) {
  const { call } = words.value;
  const unread = chat.unread.value;
  const isOpen = chat.isOpen.value;
  const control = useRef<HTMLButtonElement>(null);
  const wasOpen = useRef(false);
  // Where the panel was opened from is where its closing leads back to.
  useEffect(() => {
    if (wasOpen.current && !isOpen) control.current?.focus();
    wasOpen.current = isOpen;
  }, [isOpen]);
  const label = unread > 0 ? `${call.chat} ${call.unread(unread)}` : call.chat;
  return (
    <button
      ref={control}
      type="button"
      class={styles.control}
      aria-label={label}
      aria-expanded={isOpen}
      onClick={chat.toggle}
    >
      <Icon node={MessageSquare} />
      <span aria-hidden>{call.chat}</span>
      {unread > 0 && (
        <span class={styles.badge} aria-hidden>
          {unread > 99 ? '99+' : unread}
        </span>
      )}
      <span class="hidden" role="status">
        {unread > 0 && `${call.chat} ${call.unread(unread)}`}
      </span>
    </button>
  );
}
