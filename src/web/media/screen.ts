/** A shared screen, as the browser lets the person pick one. */
import { isHandheld } from '../browser/support.ts';

/** The picture, and what the tab or the system plays, where the person shares that too. */
export type SharedScreen = { picture: MediaStreamTrack; sound: MediaStreamTrack | null };

/** cancelled: the person has thought better of it. */
export type PickedScreen = SharedScreen | 'cancelled' | 'denied' | 'failed';

/** Whether a screen can be shared from here: never on phones and tablets. */
export const mayShare = () => typeof navigator.mediaDevices?.getDisplayMedia === 'function' && !isHandheld();

// As it is: what is made better for voices spoils music. Without what this page plays: the others would hear themselves.
const soundSettings = {
  echoCancellation: false,
  noiseSuppression: false,
  autoGainControl: false,
  restrictOwnAudio: true,
};

/** Whether the system's sound can be had without the call's own, which the others would hear as an echo. */
const mayLeaveOutCall = () => 'restrictOwnAudio' in navigator.mediaDevices.getSupportedConstraints();

/** Asks the person for a screen, a window or a tab, with its sound where the browser offers that. */
export async function pickScreen(): Promise<PickedScreen> {
  try {
    const stream = await navigator.mediaDevices.getDisplayMedia({
      video: { frameRate: { ideal: 15, max: 30 } },
      audio: soundSettings,
      systemAudio: mayLeaveOutCall() ? 'include' : 'exclude',
    } as DisplayMediaStreamOptions);
    const [picture] = stream.getVideoTracks();
    const [sound = null] = stream.getAudioTracks();
    if (!picture) return 'cancelled';
    picture.contentHint = 'detail';
    if (sound) sound.contentHint = 'music';
    return { picture, sound };
  } catch (error) {
    if (isChangeOfMind(error)) return 'cancelled';
    return (error as Error).name === 'NotAllowedError' ? 'denied' : 'failed';
  }
}

/** Closing the browser's picker and being refused by the system have the same name; only the words tell. */
const isChangeOfMind = (error: unknown) =>
  error instanceof Error && error.name === 'NotAllowedError' && !/system/i.test(error.message);
