/** A shared screen, as the browser lets the person pick one. */
import { isHandheld } from '../browser/support.ts';

/** cancelled: the person has thought better of it. */
export type PickedScreen = MediaStreamTrack | 'cancelled' | 'denied' | 'failed';

/** Whether a screen can be shared from here: never on phones and tablets. */
export const mayShare = () => typeof navigator.mediaDevices?.getDisplayMedia === 'function' && !isHandheld();

/** Asks the person for a screen, a window or a tab. */
export async function pickScreen(): Promise<PickedScreen> {
  try {
    const stream = await navigator.mediaDevices.getDisplayMedia({
      video: { frameRate: { ideal: 15, max: 30 } },
      audio: false,
    });
    const [track] = stream.getVideoTracks();
    if (track) track.contentHint = 'detail';
    return track ?? 'cancelled';
  } catch (error) {
    if (isChangeOfMind(error)) return 'cancelled';
    return (error as Error).name === 'NotAllowedError' ? 'denied' : 'failed';
  }
}

/** Closing the browser's picker and being refused by the system have the same name; only the words tell. */
const isChangeOfMind = (error: unknown) =>
  error instanceof Error && error.name === 'NotAllowedError' && !/system/i.test(error.message);
