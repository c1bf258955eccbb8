import { type ReadonlySignal, signal } from '@preact/signals';

const seen = signal(!document.hidden);
document.addEventListener('visibilitychange', () => {
  seen.value = !document.hidden;
});

/** Whether the tab is in front: its page is not seen behind another one, or on a locked phone. */
export const pageSeen: ReadonlySignal<boolean> = seen;
