import { signal } from '@preact/signals';

type DocumentPictureInPicture = {
  requestWindow(options: { width: number; height: number }): Promise<Window>;
};
type WithWindows = typeof globalThis & { documentPictureInPicture?: DocumentPictureInPicture };

/** Of a window that is to stand beside notes. */
const SIZE = { width: 400, height: 225 };

/** A picture in a small window that stays in front of all others, so that one can look at notes meanwhile. */
export const pictureInPicture = {
  /** Whether there is such a window now. */
  isOpen: signal(false),
  isPossible: () =>
    'documentPictureInPicture' in globalThis ||
    (document.pictureInPictureEnabled &&
      typeof HTMLVideoElement.prototype.requestPictureInPicture === 'function'),
  /**
   * Shows what this element shows, from a gesture of the person. `follow` keeps an element of that window at the same
   * picture until the function that it returns is called.
   */
  async open(shown: HTMLVideoElement, follow: (video: HTMLVideoElement) => () => void): Promise<void> {
    const begun = ++generation;
    const { documentPictureInPicture } = globalThis as WithWindows;
    if (documentPictureInPicture) await openWindow(documentPictureInPicture, follow);
    else await openElement(shown);
    // The call has ended meanwhile.
    if (begun !== generation) closeOpen();
  },
  close(): void {
    generation++;
    closeOpen();
  },
};

let closeOpen = () => {};
let generation = 0;

async function openWindow(
  windows: DocumentPictureInPicture,
  follow: (video: HTMLVideoElement) => () => void,
): Promise<void> {
  const opened = await windows.requestWindow(SIZE);
  const video = opened.document.createElement('video');
  Object.assign(video, { muted: true, autoplay: true, playsInline: true });
  // By script, as the page's styles are not there.
  Object.assign(video.style, { position: 'fixed', inset: '0', width: '100%', height: '100%' });
  Object.assign(opened.document.body.style, { margin: '0', background: '#000' });
  opened.document.title = document.title;
  opened.document.body.append(video);
  const stop = follow(video);
  begin(() => opened.close());
  opened.addEventListener('pagehide', () => {
    stop();
    end();
  });
}

async function openElement(shown: HTMLVideoElement): Promise<void> {
  await shown.requestPictureInPicture();
  begin(() => void document.exitPictureInPicture().catch(() => undefined));
  shown.addEventListener('leavepictureinpicture', end, { once: true });
}

function begin(close: () => void): void {
  closeOpen = close;
  pictureInPicture.isOpen.value = true;
}

function end(): void {
  closeOpen = () => {};
  pictureInPicture.isOpen.value = false;
}
