import { effect } from '@preact/signals';
import { notifications } from '../browser/notifications.ts';
import { callWords } from '../i18n/call/index.ts';
import type { Interview } from '../models/interview.ts';
import { nameOf } from './nameOf.ts';

/** Who asks to come in is told by the system while nobody looks at the page, where the person wished so. */
export function tellOfRequests({ people, host }: Interview): () => void {
  let takeAway = () => {};
  const stop = effect(() => {
    const [first] = people.requests.value;
    takeAway();
    takeAway =
      first && host.notifies.value ? notifications.show(callWords.value.request(nameOf(first))) : () => {};
  });
  return () => {
    stop();
    takeAway();
  };
}
