import { computed, signal } from '@preact/signals';

type DocumentPictureInPicture = {
  requestWindow(options: { width: number; height: number }): Promise<Window>;
};
type WithWindows = typeof globalThis & { documentPictureInPicture?: DocumentPictureInPicture };

/** Of a window that is to stand beside notes. */
const SIZE = { width: 400, height: 225 };

/** What is open: a window with room for what a view puts there, or one of the browser's own that shows an element. */
const opened = signal<{ body: HTMLElement | null; close(): void } | null>(null);

/** A picture in a small window that stays in front of all others, so that one can look at notes meanwhile. */
export const pictureInPicture = {
  /** Whether there is such a window now. */
  isOpen: computed(() => opened.value !== null),
  /** Where a view may be rendered, with the page's styles; null: nowhere, as none is open or it shows an element by itself. */
  body: computed(() => opened.value?.body ?? null),
  isPossible: () =>
    'documentPictureInPicture' in globalThis ||
    (document.pictureInPictureEnabled &&
      typeof HTMLVideoElement.prototype.requestPictureInPicture === 'function'),
  /** Opens it, from a gesture of the person; where it can have no content of its own, with what this element shows. */
  async open(shown: HTMLVideoElement): Promise<void> {
    const begun = ++generation;
    const { documentPictureInPicture } = globalThis as WithWindows;
    if (documentPictureInPicture) await openWindow(documentPictureInPicture);
    else await openElement(shown);
    // The call has ended meanwhile.
    if (begun !== generation) opened.peek()?.close();
  },
  close(): void {
    generation++;
    opened.peek()?.close();
  },
};

let generation = 0;

async function openWindow(windows: DocumentPictureInPicture): Promise<void> {
  const small = await windows.requestWindow(SIZE);
  const { head, body } = small.document;
  for (const sheet of document.querySelectorAll('link[rel=stylesheet]')) head.append(sheet.cloneNode());
  small.document.documentElement.lang = document.documentElement.lang;
  small.document.title = document.title;
  opened.value = { body, close: () => small.close() };
  small.addEventListener('pagehide', () => {
    opened.value = null;
  });
}

async function openElement(shown: HTMLVideoElement): Promise<void> {
  await shown.requestPictureInPicture();
  const close = () => void document.exitPictureInPicture().catch(() => undefined);
  opened.value = { body: null, close };
  const end = () => {
    opened.value = null;
  };
  shown.addEventListener('leavepictureinpicture', end, { once: true });
}
