import { computed, type ReadonlySignal, signal } from '@preact/signals';
import type { PeerInfo } from '../../protocol/messages.ts';
import type { Memory } from './memory.ts';

type View = 'tile' | 'enlarged';
/** Who is shown, and how: everyone alike, or one large. Without a choice it follows what goes on. */
export function createStage(
  inCall: ReadonlySignal<readonly PeerInfo[]>,
  speaker: ReadonlySignal<string | null>,
  memory: Pick<Memory, 'get' | 'keep'>,
) {
  const hidesSelf = signal(memory.get('hidesSelf') === true);
  const chosen = signal<View | null>(null);
  const pinned = signal<string | null>(null);

  const sharer = computed(() => inCall.value.find(({ sharing }) => sharing) ?? null);
  const view = computed<View>(() => {
    if (chosen.value) return chosen.value;
    return sharer.value || inCall.value.length < 2 ? 'enlarged' : 'tile';
  });
  const has = (id: string | null) => inCall.value.some((peer) => peer.id === id);
  /** Whose picture is large: who was chosen, else who speaks, else the first. null: nobody else is there. */
  const main = computed(() => {
    const wanted = [pinned.value, speaker.value].find(has);
    return wanted ?? inCall.value[0]?.id ?? null;
  });

  return {
    view,
    main,
    sharer,
    pinned,
    /** Whether one's own picture is not shown to oneself; alone it always is. */
    hidesSelf: computed(() => hidesSelf.value && inCall.value.length > 0),
    toggleSelf(): void {
      hidesSelf.value = !hidesSelf.value;
      memory.keep('hidesSelf', hidesSelf.value);
    },
    toggleView(): void {
      chosen.value = view.value === 'tile' ? 'enlarged' : 'tile';
      pinned.value = null;
    },
    enlarge(peerId: string): void {
      pinned.value = peerId;
      chosen.value = 'enlarged';
    },
  };
}
