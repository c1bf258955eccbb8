/** The window that the page is in. */
export const page = {
  host: () => location.host,
  isOnline: () => navigator.onLine,
  reload: () => location.reload(),
  scrollToTop: () => scrollTo(0, 0),
};
