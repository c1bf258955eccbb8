import { useEffect, useRef } from 'preact/hooks';
import { page } from '../browser/page.ts';

/** The heading of a screen: a new screen begins there, for those who see it and those who listen to it. */
export function Heading({ children, className }: { children: string; className?: string }) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    // The screen before may have been scrolled down.
    page.scrollToTop();
    heading.current?.focus({ preventScroll: true });
  }, []);
  return (
    <h1 ref={heading} tabIndex={-1} class={className}>
      {children}
    </h1>
  );
}
