import { computed, effect, type ReadonlySignal } from '@preact/signals';
import type { PeerInfo, Quality } from '../../protocol/messages.ts';
import type { PopupsModel } from './popups.ts';

type HiddenScreen = {
  sharer: ReadonlySignal<Pick<PeerInfo, 'id'> | null>;
  quality: ReadonlySignal<Quality>;
  /** Whether the person is about to choose another quality. */
  isChoosing: ReadonlySignal<boolean>;
  choose(): void;
  popups: Pick<PopupsModel, 'show' | 'close'>;
};

/**
 * With 「音声のみ」 a shared screen does not come: tells that there is one, and the way to it, until it is taken or the sharing
 * ends. @returns what ends it
 */
export function tellOfHiddenScreen({
  sharer,
  quality,
  isChoosing,
  choose,
  popups,
}: HiddenScreen): () => void {
  // Of whom it is: what else changes of a person is nothing new.
  const hidden = computed(() => (quality.value === 'audio' ? (sharer.value?.id ?? null) : null));
  return effect(() => {
    if (hidden.value === null || isChoosing.value) return popups.close('screenHidden');
    popups.show({ key: 'screenHidden', message: { about: 'screenHidden' }, action: choose });
  });
}
