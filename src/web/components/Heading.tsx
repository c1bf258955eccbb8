import { useEffect, useRef } from 'preact/hooks';
import { page } from '../browser/page.ts';
import styles from './Heading.module.css';

type HeadingProps = {
  children: string;
  /** Only read out: the screen needs no title for those who see it. */
  hidden?: boolean;
  className?: string;
};

/** The heading of a screen: a new screen begins there, for those who see it and those who listen to it. */
export function Heading({ children, hidden, className = '' }: HeadingProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    // The screen before may have been scrolled down.
    page.scrollToTop();
    heading.current?.focus({ preventScroll: true });
  }, []);
  return (
    <h1 ref={heading} tabIndex={-1} class={hidden ? 'hidden' : `${styles.title} ${className}`}>
      {children}
    </h1>
  );
}
