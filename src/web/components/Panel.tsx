import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { hasFiles } from '../browser/drops.ts';
import { keyOf } from '../browser/keys.ts';
import { CloseButton } from './CloseButton.tsx';
import styles from './Panel.module.css';

type PanelProps = {
  title: string;
  onClose: () => void;
  /** Whether who opens it begins at its cross: where nothing in it is to be written. */
  focused?: boolean;
  /** What is dropped into it. */
  onFiles?: (files: File[]) => void;
  children: ComponentChildren;
};

/** What stands beside the people in the call. Escape and the cross close it. */
export function Panel({ title, onClose, focused, onFiles, children }: PanelProps) {
  const close = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (focused) close.current?.focus();
  }, []);
  return (
    <section
      class={styles.panel}
      aria-label={title}
      onKeyDown={(event) => {
        if (keyOf(event) === 'Escape') onClose();
      }}
      onDragOver={(event) => onFiles && hasFiles(event) && event.preventDefault()}
      onDrop={(event) => {
        if (!onFiles || !hasFiles(event)) return;
        event.preventDefault();
        onFiles([...(event.dataTransfer?.files ?? [])]);
      }}
    >
      <div class={styles.head}>
        <h2>{title}</h2>
        <CloseButton ref={close} onClick={onClose} />
      </div>
      {children}
    </section>
  );
}
