import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { page } from '../browser/page.ts';

/** A part of the page that comes when it is needed; null until then. A line that is away for so long: the page begins anew. */
export function useLate<T extends object>(load: () => Promise<T>): T | null {
  const late = useSignal<T | null>(null);
  useEffect(() => {
    load().then((loaded) => {
      late.value = loaded;
    }, page.reload);
  }, [load]);
  return late.value;
}
