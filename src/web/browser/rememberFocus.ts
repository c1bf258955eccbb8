/** Remembers what has the focus; the returned function gives it back, where it has been lost since. */
export function rememberFocus(): () => void {
  const before = document.activeElement;
  return () => {
    // By the next turn: the browser itself brings the focus back, or loses it where the dialog was taken away open.
    setTimeout(() => {
      const isLost = document.activeElement === document.body;
      if (isLost && before instanceof HTMLElement && before.isConnected) before.focus();
    });
  };
}
