import type { IconNode } from 'lucide';
import type { MouseEventHandler } from 'preact';
import { Icon } from './Icon.tsx';
import styles from './ToolButton.module.css';

type ToolButtonProps = {
  icon: IconNode;
  label: string;
  /** Whether its name is shown to who points at it. */
  titled?: boolean;
  onClick: () => void;
  onDblClick?: MouseEventHandler<HTMLButtonElement>;
};

/** Something that can be done with what stands beside it: a picture without a word. */
export function ToolButton({ icon, label, titled, ...on }: ToolButtonProps) {
  return (
    <button type="button" class={styles.tool} aria-label={label} title={titled ? label : undefined} {...on}>
      <Icon node={icon} />
    </button>
  );
}
