import type { ComponentChildren } from 'preact';
import styles from './Button.module.css';

type ButtonProps = {
  kind?: 'primary' | 'secondary' | 'danger' | 'text';
  /** The one next step of a screen. */
  large?: boolean;
  disabled?: boolean;
  /** The id of the words that say what is missing while it is disabled. */
  describedBy?: string;
  type?: 'button' | 'submit';
  onClick?: () => void;
  /** Where it leads, in place of what it does. */
  href?: string;
  children: ComponentChildren;
};

/** Something to press, by its weight among what else there is. */
export function Button({ kind = 'primary', large, describedBy, type = 'button', ...props }: ButtonProps) {
  const classes = [styles.button, styles[kind], large && styles.large].filter(Boolean).join(' ');
  const { href, children } = props;
  if (href) {
    return (
      <a class={classes} href={href}>
        {children}
      </a>
    );
  }
  return <button type={type} class={classes} aria-describedby={describedBy} {...props} />;
}
