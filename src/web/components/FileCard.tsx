import { File as FileIcon } from 'lucide';
import type { ComponentChildren } from 'preact';
import styles from './FileCard.module.css';
import { Icon } from './Icon.tsx';

type FileCardProps = {
  name: string;
  /** Under the name. */
  note?: string | undefined;
  own?: boolean;
  /** What a double click does, for who points at it. */
  hint?: string | undefined;
  onDblClick?: () => void;
  above?: ComponentChildren;
  /** What can be done with it. */
  tools: ComponentChildren;
  problem: string | null;
  children?: ComponentChildren;
};

/** A file in the chat, that was sent or is on its way. */
export function FileCard(props: FileCardProps) {
  const { name, note, own, hint, onDblClick, above, tools, problem, children } = props;
  return (
    // One of the tools does the same by keyboard.
    // biome-ignore lint/a11y/noStaticElementInteractions: the manual's double click, beside a button
    <div class={`${styles.file} ${own ? styles.own : ''}`} title={hint} onDblClick={onDblClick}>
      {above}
      <div class={styles.row}>
        <Icon node={FileIcon} />
        <span class={styles.name}>
          {name}
          {note && <small>{note}</small>}
        </span>
        {tools}
      </div>
      {problem && (
        <p class={styles.problem} role="alert">
          {problem}
        </p>
      )}
      {children}
    </div>
  );
}
