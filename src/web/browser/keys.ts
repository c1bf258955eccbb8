/** What a pressed key is to the page: what belongs to an input method, or to who writes, is none of its own. */

/**
 * The key, for who wants to act on it. Empty where somebody has acted already, and where it is the input method's, which writes
 * with it, or takes and drops what it suggests.
 */
export function keyOf(event: KeyboardEvent): string {
  // Safari ends a composition before it tells of the key that did: only the code is left then (229, UI Events section 7.3.1).
  const isInputMethods = event.isComposing || event.keyCode === 229;
  return event.defaultPrevented || isInputMethods ? '' : event.key;
}

/** Whether keys that are pressed there write, or choose by their first letter. */
export function takesText(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return target.isContentEditable || target.matches(`textarea, select, input:not(${withoutText})`);
}

const withoutText = ['radio', 'checkbox', 'range', 'file', 'button', 'submit']
  .map((type) => `[type=${type}]`)
  .join();
