import type { RefObject } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';

/** Pixels above the end at which one still counts as being there. */
const NEAR = 48;

type Written = {
  /** The id of the newest message. */
  newest: string | undefined;
  /** Whether that is one's own. */
  isOwn: boolean;
  /** Of one's own that are on their way. */
  onTheWay: number;
};

/** Keeps the place where one reads: only who is at the end, or has written it, is brought to what is new. */
export function useReadingPlace(list: RefObject<HTMLElement | null>, { newest, isOwn, onTheWay }: Written) {
  const isAtEnd = useRef(true);
  const [hasNew, setHasNew] = useState(false);
  const toEnd = () => {
    list.current?.scrollTo({ top: list.current.scrollHeight });
    setHasNew(false);
  };
  useEffect(() => {
    const { current: element } = list;
    if (!element) return;
    const look = () => {
      isAtEnd.current = element.scrollHeight - element.scrollTop - element.clientHeight < NEAR;
      if (isAtEnd.current) setHasNew(false);
    };
    element.addEventListener('scroll', look);
    return () => element.removeEventListener('scroll', look);
  }, []);
  useEffect(() => {
    if (isAtEnd.current || isOwn || onTheWay > 0) toEnd();
    else setHasNew(true);
  }, [newest, onTheWay]);
  return { hasNew, toEnd };
}
