import { X } from 'lucide';
import type { ComponentChildren } from 'preact';
import { useEffect, useId, useRef } from 'preact/hooks';
import { rememberFocus } from '../browser/rememberFocus.ts';
import { words } from '../i18n/language.ts';
import styles from './Dialog.module.css';
import { Icon } from './Icon.tsx';

type DialogProps = {
  title: string;
  onClose: () => void;
  /** For what needs room: nearly the whole window. */
  wide?: boolean;
  children: ComponentChildren;
};

/** Something to decide or to set; the rest of the page waits. Escape and the cross close it, and the focus goes back. */
export function Dialog({ title, onClose, wide, children }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const heading = useId();
  useEffect(() => {
    const giveBack = rememberFocus();
    dialog.current?.showModal();
    return giveBack;
  }, []);
  return (
    <dialog
      ref={dialog}
      class={`${styles.dialog} ${wide ? styles.wide : ''}`}
      aria-labelledby={heading}
      onClose={onClose}
    >
      <div class={styles.head}>
        <h2 id={heading}>{title}</h2>
        <button type="button" class={styles.close} aria-label={words.value.close} onClick={onClose}>
          <Icon node={X} />
        </button>
      </div>
      <div class={styles.body}>{children}</div>
    </dialog>
  );
}
