import { signal } from '@preact/signals';

/** Whether the browser holds sound back until the person touches the page; and what to start then. */
export const soundHeldBack = signal(false);

const held = new Set<HTMLMediaElement>();

/** Plays an element; where sound is not allowed yet, its picture at least. */
export async function play(element: HTMLMediaElement): Promise<void> {
  try {
    await element.play();
  } catch (error) {
    // AbortError: another track has come meanwhile, and is being played.
    if ((error as Error).name !== 'NotAllowedError') return;
    held.add(element);
    soundHeldBack.value = true;
    element.muted = true;
    await element.play().catch(() => undefined);
  }
}

/** Call it from a gesture of the person. */
export function releaseSound(): void {
  soundHeldBack.value = false;
  for (const element of held) {
    element.muted = false;
    void play(element);
  }
  held.clear();
}
