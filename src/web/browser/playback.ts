import { signal } from '@preact/signals';

/** Whether the browser holds sound back until the person touches the page; and what to start then. */
export const soundHeldBack = signal(false);

const held = new Set<HTMLMediaElement>();

/** Plays an element; where sound is not allowed yet, its picture at least. */
async function play(element: HTMLMediaElement): Promise<void> {
  try {
    await element.play();
  } catch (error) {
    // AbortError: another track has come meanwhile, and is being played.
    if ((error as Error).name !== 'NotAllowedError') return;
    held.add(element);
    soundHeldBack.value = true;
    element.muted = true;
    await element.play().catch(() => undefined);
  }
}

/** Milliseconds until what the system has paused is played again: in the same moment it would be paused once more. */
const PLAY_AGAIN_MS = 300;

/** Phones pause what plays for a phone call, another app or a locked screen, and leave it paused. */
function keepPlaying(element: HTMLVideoElement): void {
  element.addEventListener('pause', () => setTimeout(() => playAgain(element), PLAY_AGAIN_MS));
  if (shown.size === 0) document.addEventListener('visibilitychange', playAllAgain);
  shown.add(element);
}

const shown = new Set<HTMLVideoElement>();

function playAllAgain(): void {
  for (const element of shown) {
    // One in a small window has a document of its own, which goes with that.
    if (element.isConnected && element.ownerDocument.defaultView) playAgain(element);
    else shown.delete(element);
  }
  if (shown.size === 0) document.removeEventListener('visibilitychange', playAllAgain);
}

function playAgain(element: HTMLVideoElement): void {
  const isShown = document.visibilityState === 'visible' && element.isConnected;
  const hasTracks = (element.srcObject as MediaStream | null)?.getTracks().length;
  if (isShown && element.paused && hasTracks) void play(element);
}

/** Shows these tracks and no others. One stream for good, so that a change of a track makes no flash. */
export function showTracks(element: HTMLVideoElement, tracks: readonly (MediaStreamTrack | null)[]): void {
  const stream = (element.srcObject as MediaStream | null) ?? new MediaStream();
  const wanted = tracks.filter((track) => track !== null);
  for (const track of stream.getTracks()) if (!wanted.includes(track)) stream.removeTrack(track);
  for (const track of wanted) stream.addTrack(track);
  if (!element.srcObject) keepPlaying(element);
  element.srcObject ??= stream;
  if (wanted.length > 0) void play(element);
}

/** Call it from a gesture of the person. */
export function releaseSound(): void {
  soundHeldBack.value = false;
  for (const element of held) {
    element.muted = false;
    void play(element);
  }
  held.clear();
}
