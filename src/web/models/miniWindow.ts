import type { ReadonlySignal } from '@preact/signals';
import { pictureInPicture } from '../browser/pictureInPicture.ts';

type MiniWindowOptions = {
  /** Who is large in the call. */
  main: ReadonlySignal<string | null>;
  /** The element that shows this peer. */
  elementOf(peerId: string): HTMLVideoElement | undefined;
};

/** 「小さいウィンドウで表示」: the other in front of one's notes, whoever is large meanwhile. */
export function createMiniWindow({ main, elementOf }: MiniWindowOptions) {
  return {
    isOpen: pictureInPicture.isOpen,
    body: pictureInPicture.body,
    isPossible: () => pictureInPicture.isPossible() && main.value !== null,
    toggle(): void {
      if (pictureInPicture.isOpen.peek()) {
        pictureInPicture.close();
        return;
      }
      const shown = elementOf(main.peek() ?? '');
      // Refused, where the browser sees no gesture behind it or there is no picture yet: nothing changes.
      if (shown) pictureInPicture.open(shown).catch(() => undefined);
    },
    stop: () => pictureInPicture.close(),
  };
}
