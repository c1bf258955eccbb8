import { batch } from '@preact/signals';
import type { RequestError } from '../connection/RequestError.ts';
import { type PickedScreen, pickScreen } from '../media/screen.ts';
import type { OwnModel } from './own.ts';
import type { Presence } from './presence.ts';

/** taken: somebody else shares. denied: the browser or the system refuses. audioOnly: the quality leaves no pictures. */
export type SharingProblem = 'taken' | 'denied' | 'failed' | 'audioOnly';

type SharingOptions = {
  own: Pick<OwnModel, 'screenTrack' | 'screenSound' | 'stopSharing' | 'quality'>;
  shareScreen: Presence['shareScreen'];
  pick?: () => Promise<PickedScreen>;
  onProblem(problem: SharingProblem): void;
};

/** 「画面共有」: asks the person for a screen, then the server for the turn. */
export function createSharing({ own, shareScreen, pick = pickScreen, onProblem }: SharingOptions) {
  let starting = false;
  let over = false;

  async function start(): Promise<void> {
    if (own.quality.value === 'audio') return onProblem('audioOnly');
    const picked = await pick();
    if (picked === 'cancelled') return;
    if (picked === 'denied' || picked === 'failed') return onProblem(picked);
    const { picture, sound } = picked;
    // Ended by the browser's own bar, maybe before the server has answered.
    picture.onended = () => {
      if (own.screenTrack.peek() === picture) own.stopSharing();
    };
    if (sound)
      sound.onended = () => {
        if (own.screenSound.peek() === sound) own.screenSound.value = null;
      };
    const problem = await take(picture);
    if (problem) {
      picture.stop();
      sound?.stop();
      return onProblem(problem);
    }
    batch(() => {
      own.screenTrack.value = picture;
      own.screenSound.value = sound;
    });
    // Whom the call has ended for while they picked shares nothing.
    if (over || picture.readyState === 'ended') own.stopSharing();
  }

  async function take(picture: MediaStreamTrack): Promise<SharingProblem | null> {
    if (over || picture.readyState === 'ended') return null;
    try {
      await shareScreen(true);
      return null;
    } catch (error) {
      return (error as RequestError).code === 'sharing_taken' ? 'taken' : 'failed';
    }
  }

  async function startOnce(): Promise<void> {
    if (starting) return;
    starting = true;
    await start().finally(() => {
      starting = false;
    });
  }

  return {
    toggle: () => (own.screenTrack.value ? own.stopSharing() : void startOnce()),
    /** The call is over; what is captured ends with it, also what is being picked. */
    stop(): void {
      over = true;
      own.stopSharing();
    },
  };
}
