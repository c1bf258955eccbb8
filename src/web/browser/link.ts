/** The link in the address bar. */
import { signal } from '@preact/signals';
import { tokenIn } from '../../protocol/link.ts';

/** Another link that was opened in this tab while one is in a call; null: none. */
export const otherLink = signal<string | null>(null);

/** none: the page was opened without a link. cut: with a part of one. */
export type Link = { token: string } | { token: null; problem: 'none' | 'cut' };

/** The link that the page was opened with. What a mail program has put around it is gone from the address as well. */
export function openedLink(): Link {
  const token = tokenIn(location.hash);
  if (!token) return { token, problem: location.hash.length > 1 ? 'cut' : 'none' };
  const isWhole = location.hash === `#${token}` && ['/', '/room'].includes(location.pathname);
  if (!isWhole) history.replaceState(history.state, '', `/room#${token}`);
  return { token };
}

/** Another link in the same tab is another interview: the page begins anew, but out of a call only when that is confirmed. */
export function followLinks(isInCall: () => boolean): void {
  const own = tokenIn(location.hash);
  addEventListener('hashchange', ({ oldURL, newURL }) => {
    const isOther = own === null || tokenIn(location.hash) !== own;
    if (isOther && !isInCall()) return location.reload();
    history.replaceState({ inCall: isInCall() }, '', oldURL);
    if (isOther) otherLink.value = newURL;
  });
}
