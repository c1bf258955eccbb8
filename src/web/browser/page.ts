/** The window that the page is in. */
export const page = {
  host: () => location.host,
  hostname: () => location.hostname,
  isOnline: () => navigator.onLine,
  address: () => location.href,
  reload: () => location.reload(),
  /** Puts a text into the clipboard; whether that is allowed here. */
  copy: async (text: string): Promise<boolean> => {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      return false;
    }
  },
  scrollToTop: () => scrollTo(0, 0),
};
