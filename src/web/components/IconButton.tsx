import type { IconNode } from 'lucide';
import type { MouseEventHandler, Ref } from 'preact';
import { Icon } from './Icon.tsx';
import styles from './IconButton.module.css';

type IconButtonProps = {
  icon: IconNode;
  label: string;
  /** Of the picture, in CSS pixels; what is pressed is 44 wide and high anyway. */
  size?: number;
  /** In the colour of the text around it, for what only puts something away. */
  quiet?: boolean;
  /** Whether its name is shown to who points at it. */
  titled?: boolean;
  ref?: Ref<HTMLButtonElement>;
  onClick: () => void;
  onDblClick?: MouseEventHandler<HTMLButtonElement>;
};

/** Something that can be done with what stands beside it: a picture without a word. */
export function IconButton({ icon, label, size, quiet, titled, ref, ...on }: IconButtonProps) {
  return (
    <button
      ref={ref}
      type="button"
      class={`${styles.button} ${quiet ? styles.quiet : ''}`}
      aria-label={label}
      title={titled ? label : undefined}
      {...on}
    >
      <Icon node={icon} size={size} />
    </button>
  );
}
