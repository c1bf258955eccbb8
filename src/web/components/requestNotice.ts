import { effect } from '@preact/signals';
import { notifications } from '../browser/notifications.ts';
import { callWords } from '../i18n/call/index.ts';
import type { Interview } from '../models/interview.ts';
import { shownOrRole } from './nameOf.ts';

/** Who asks to come in is told by the system while nobody looks at the page, where the person wished so; each once. */
export function tellOfRequests({ people, interviewer }: Interview): () => void {
  const notified = new Set<string>();
  let takeAway = () => {};

  function look(): void {
    const asking = people.requests.value;
    for (const id of notified) if (!asking.some((peer) => peer.id === id)) notified.delete(id);
    if (notified.size === 0) takeAway();
    const newest = asking.findLast(({ id }) => !notified.has(id));
    if (!newest || !interviewer.notifies.value || notifications.isPageSeen()) return;
    for (const { id } of asking) notified.add(id);
    takeAway();
    takeAway = notifications.show(callWords.value.request(shownOrRole(newest, interviewer.entry.value)));
  }

  const stop = effect(look);
  const stopWatching = notifications.whenPageIsHidden(look);
  return () => {
    stop();
    stopWatching();
    takeAway();
  };
}
