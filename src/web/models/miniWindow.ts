import { effect, type ReadonlySignal } from '@preact/signals';
import { pictureInPicture } from '../browser/pictureInPicture.ts';
import { showTracks } from '../browser/playback.ts';
import type { RemoteMedia } from '../media/session.ts';

type MiniWindowOptions = {
  /** Whose picture is large in the call. */
  main: ReadonlySignal<string | null>;
  remote: ReadonlySignal<ReadonlyMap<string, RemoteMedia>>;
  /** The element that shows this peer. */
  elementOf(peerId: string): HTMLVideoElement | undefined;
};

/** 「小さいウィンドウで表示」: the other's picture in front of one's notes, whoever is large meanwhile. */
export function createMiniWindow({ main, remote, elementOf }: MiniWindowOptions) {
  const follow = (video: HTMLVideoElement) =>
    effect(() => showTracks(video, [remote.value.get(main.value ?? '')?.video ?? null]));
  return {
    isOpen: pictureInPicture.isOpen,
    isPossible: () => pictureInPicture.isPossible() && main.value !== null,
    toggle(): void {
      if (pictureInPicture.isOpen.peek()) {
        pictureInPicture.close();
        return;
      }
      const shown = elementOf(main.peek() ?? '');
      // Refused, where the browser sees no gesture behind it or there is no picture yet: nothing changes.
      if (shown) pictureInPicture.open(shown, follow).catch(() => undefined);
    },
    stop: () => pictureInPicture.close(),
  };
}
