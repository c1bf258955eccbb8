/** What the browser does by itself in a call, as a tab is closed or somebody goes back, is asked about. */

/** Whether the person has agreed already. */
let leaving = false;

/**
 * Asks before the tab is closed or loaded anew, in the browser's words, and stays at a step back, of which it tells; the returned
 * function ends that.
 */
export function stay(onBack: () => void): () => void {
  const ask = (event: BeforeUnloadEvent) => {
    if (leaving) return;
    event.preventDefault();
    // Chrome before 119 heeds nothing else.
    event.returnValue = true;
  };
  const { href } = location;
  const back = () => {
    // With another address it is another link (`link.ts`).
    if (location.href !== href || isInCall()) return;
    enterCall();
    onBack();
  };
  enterCall();
  addEventListener('beforeunload', ask);
  addEventListener('popstate', back);
  return () => {
    removeEventListener('beforeunload', ask);
    removeEventListener('popstate', back);
  };
}

/** Loads the page anew as the person wishes, without asking. */
export function loadAnew(): void {
  leaving = true;
  location.reload();
}

/** Opens another link in this tab, without asking. */
export function leaveFor(url: string): void {
  leaving = true;
  history.replaceState(null, '', url);
  location.reload();
}

/** The call has an entry of its own in the tab's history: a step back leads to the same page. It outlives a reload. */
const isInCall = (): boolean => history.state?.inCall === true;

function enterCall(): void {
  if (!isInCall()) history.pushState({ inCall: true }, '');
}
