/** The whole screen for the page, where the browser gives it. */
export const fullscreen = {
  isPossible: () => document.fullscreenEnabled,
  isOn: () => document.fullscreenElement !== null,
  async toggle(): Promise<void> {
    // Refused, where the browser sees no gesture behind it: nothing changes.
    if (document.fullscreenElement) await document.exitFullscreen().catch(() => undefined);
    else await document.documentElement.requestFullscreen().catch(() => undefined);
  },
};
