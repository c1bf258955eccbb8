import { keyOf } from './keys.ts';

export type Leaving = {
  onOutside(): void;
  onEscape(): void;
};

/** Tells when the person presses outside of an element, or Escape; the returned function ends that. */
export function watchLeaving(element: Element, { onOutside, onEscape }: Leaving): () => void {
  const press = ({ target }: Event) => {
    if (!element.contains(target as Node)) onOutside();
  };
  const key = (event: KeyboardEvent) => {
    if (keyOf(event) === 'Escape') onEscape();
  };
  document.addEventListener('pointerdown', press);
  document.addEventListener('keydown', key);
  return () => {
    document.removeEventListener('pointerdown', press);
    document.removeEventListener('keydown', key);
  };
}
