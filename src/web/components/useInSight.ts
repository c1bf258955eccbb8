import type { RefObject } from 'preact';
import { useEffect, useRef } from 'preact/hooks';

/**
 * Brings an element into sight, as far as it is not, when `what` it shows has come or is another: on a phone what is next
 * may lie below the edge.
 */
export function useInSight<E extends HTMLElement>(what: unknown): RefObject<E | null> {
  const ref = useRef<E>(null);
  useEffect(() => {
    if (what) ref.current?.scrollIntoView({ block: 'nearest' });
  }, [what]);
  return ref;
}
