import type { RefObject } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';

/** Pixels above the end at which one still counts as being there. */
const NEAR = 48;

type Written = {
  /** When the newest message was written; empty: there is none. ISO 8601, UTC. */
  newestAt: string;
  /** Whether that is one's own. */
  isOwn: boolean;
  /** Of one's own that are on their way. */
  onTheWay: number;
};

/**
 * Keeps the place where one reads: only who is at the end, or has written it, is brought to what is new. Who is at the end
 * stays there when `content` grows as its pictures come, and when the `list` around it shrinks, as under a keyboard.
 */
export function useReadingPlace(
  list: RefObject<HTMLElement | null>,
  content: RefObject<HTMLElement | null>,
  { newestAt, isOwn, onTheWay }: Written,
) {
  const isAtEnd = useRef(true);
  const top = useRef(0);
  const before = useRef({ newestAt: '', onTheWay: 0 });
  const [hasNew, setHasNew] = useState(false);
  const toEnd = () => {
    list.current?.scrollTo({ top: list.current.scrollHeight });
    isAtEnd.current = true;
    top.current = list.current?.scrollTop ?? 0;
    setHasNew(false);
  };
  useEffect(() => {
    const { current: element } = list;
    if (!element || !content.current) return;
    const look = () => {
      const isNear = element.scrollHeight - element.scrollTop - element.clientHeight < NEAR;
      // Only who goes up leaves the end: a picture may have come since this was scrolled.
      if (isNear || element.scrollTop < top.current) isAtEnd.current = isNear;
      top.current = element.scrollTop;
      if (isAtEnd.current) setHasNew(false);
    };
    const sizes = new ResizeObserver(() => {
      if (isAtEnd.current) toEnd();
    });
    for (const each of [element, content.current]) sizes.observe(each);
    element.addEventListener('scroll', look);
    return () => {
      sizes.disconnect();
      element.removeEventListener('scroll', look);
    };
  }, []);
  useEffect(() => {
    // One that is deleted leaves an older one as the newest: nothing has come.
    const hasCome = newestAt > before.current.newestAt;
    const hasWritten = onTheWay > before.current.onTheWay;
    before.current = { newestAt, onTheWay };
    if (hasWritten || (hasCome && (isAtEnd.current || isOwn))) toEnd();
    else if (hasCome) setHasNew(true);
  }, [newestAt, onTheWay]);
  return { hasNew, toEnd };
}
