import type { ComponentChildren, Ref } from 'preact';
import styles from './Dock.module.css';

type DockProps = {
  ref?: Ref<HTMLDivElement>;
  /** It stands within a card: without room for that, at the lower edge of the window in its place. */
  inCard?: boolean;
  children: ComponentChildren;
};

/** What is to be pressed next and what became of the last step: in sight together, however long the page is. */
export function Dock({ ref, inCard, children }: DockProps) {
  return (
    <div ref={ref} class={inCard ? styles.inCard : styles.dock}>
      {children}
    </div>
  );
}
