/**
 * Who works with the keyboard is where the focus is. When what has it goes away, as 「許可する」 does when it is pressed,
 * the browser puts it nowhere; this puts it on the next control of the same group, else on the screen's heading.
 * @returns a function that stops it
 */
export function keepFocus(): () => void {
  let groups: Element[] = [];
  const remember = ({ target }: FocusEvent) => {
    groups = ancestors(target as Element);
  };
  const mend = () => {
    if (groups.length === 0 || groups[0]?.isConnected || document.activeElement !== document.body) return;
    const group = groups.find((element) => element.isConnected && element.matches(GROUPS));
    const next =
      group?.querySelector<HTMLElement>(CONTROLS) ?? document.querySelector<HTMLElement>('h1[tabindex]');
    next?.focus();
  };
  const observer = new MutationObserver(mend);
  observer.observe(document.body, { childList: true, subtree: true });
  document.addEventListener('focusin', remember);
  return () => {
    observer.disconnect();
    document.removeEventListener('focusin', remember);
  };
}

// No wider: what is next in the call as a whole may be 「保留」.
const GROUPS = 'ul, ol, section, aside, form, dialog';
const CONTROLS = 'button:not(:disabled), [href], input:not(:disabled), textarea, select';

/** The element itself first, then what it stands in. */
function ancestors(element: Element | null): Element[] {
  return element ? [element, ...ancestors(element.parentElement)] : [];
}
