import type { ComponentChildren } from 'preact';
import { useEffect, useId, useRef } from 'preact/hooks';
import { rememberFocus } from '../browser/rememberFocus.ts';
import { CloseButton } from './CloseButton.tsx';
import styles from './Dialog.module.css';

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
        <CloseButton onClick={onClose} />
      </div>
      <div class={styles.body}>{children}</div>
    </dialog>
  );
}
