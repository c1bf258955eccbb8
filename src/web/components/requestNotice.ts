import { effect } from '@preact/signals';
import { notifications } from '../browser/notifications.ts';
import { callWords } from '../i18n/call/index.ts';
import type { Interview } from '../models/interview.ts';
import { nameOf } from './nameOf.ts';

/** Who asks to come in is told by the system while nobody looks at the page, where the person wished so; each once. */
export function tellOfRequests({ people, host }: Interview): () => void {
  const told = new Set<string>();
  let takeAway = () => {};

  function look(): void {
    const asking = people.requests.value;
    for (const id of told) if (!asking.some((peer) => peer.id === id)) told.delete(id);
    if (told.size === 0) takeAway();
    const newest = asking.findLast(({ id }) => !told.has(id));
    if (!newest || !host.notifies.value || notifications.isPageSeen()) return;
    for (const { id } of asking) told.add(id);
    takeAway();
    takeAway = notifications.show(callWords.value.request(nameOf(newest)));
  }

  const stop = effect(look);
  const stopWatching = notifications.whenPageIsHidden(look);
  return () => {
    stop();
    stopWatching();
    takeAway();
  };
}
