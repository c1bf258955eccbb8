import type { InAppWords } from './ja.ts';

export const en: InAppWords = {
  title: 'Please open this in your browser',
  lead: (app) =>
    `This page is open in the browser inside ${app || 'another app'}, where the camera and the microphone may not work. Please use the browser of your device for the interview.`,
  open: 'Open in browser',
  copy: 'Copy link',
  outcome: {
    copied: 'Copied. Paste it into the address bar of your browser.',
    selected: 'The link could not be copied. Press and hold it below to copy it.',
  },
  link: 'Link to this interview',
  ways: 'How to open it',
  menu: {
    line: 'Press the menu (⋮) at the bottom or top right of the screen and choose “Open in browser”.',
    ios: 'Press the menu (…) or the share icon at the edge of the screen and choose “Open in browser” or “Open in Safari”.',
    android:
      'Press the menu (⋮) at the top right of the screen and choose “Open in browser” or “Open in Chrome”.',
    other: 'Choose “Open in browser” in the menu of the app.',
  },
  paste: (browser) =>
    `If the menu does not have it, copy the link and paste it into the address bar of ${browser}.`,
  anyway: 'Continue here',
  unable: 'The camera and the microphone cannot be used inside this app.',
};
