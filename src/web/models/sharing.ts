import { isHandheld } from '../browser/support.ts';
import type { Connection } from '../connection/connection.ts';
import type { OwnModel } from './own.ts';

export type SharingProblem = 'taken' | 'denied' | 'failed' | 'audioOnly';
export type SharingModel = ReturnType<typeof createSharing>;

/** Whether a screen can be shared from here: never on phones and tablets. */
export const mayShare = () => typeof navigator.mediaDevices?.getDisplayMedia === 'function' && !isHandheld();

export type SharingOptions = {
  own: Pick<OwnModel, 'screenTrack' | 'stopSharing' | 'quality'>;
  request: Connection['request'];
  onProblem(problem: SharingProblem): void;
};

/** 「画面共有」: asks the person for a screen, then the server for the turn. */
export function createSharing({ own, request, onProblem }: SharingOptions) {
  async function start(): Promise<void> {
    if (own.quality.value === 'audio') return onProblem('audioOnly');
    const track = await pickScreen();
    if (!track) return;
    try {
      await request('setSharing', { sharing: true });
    } catch (error) {
      track.stop();
      return onProblem((error as { code?: string }).code === 'sharing_taken' ? 'taken' : 'failed');
    }
    // Ended by the browser's own bar.
    track.onended = stop;
    own.screenTrack.value = track;
  }

  /** null when the person has thought better of it. */
  async function pickScreen(): Promise<MediaStreamTrack | null> {
    try {
      const stream = await navigator.mediaDevices.getDisplayMedia({
        video: { frameRate: { ideal: 15, max: 30 } },
        audio: false,
      });
      const [track] = stream.getVideoTracks();
      if (track) track.contentHint = 'detail';
      return track ?? null;
    } catch (error) {
      if (!isChangeOfMind(error))
        onProblem((error as Error).name === 'NotAllowedError' ? 'denied' : 'failed');
      return null;
    }
  }

  function stop(): void {
    own.stopSharing();
    // Lost on the way: the server ends it with the next join.
    request('setSharing', { sharing: false }).catch(() => undefined);
  }

  return { toggle: () => (own.screenTrack.value ? stop() : void start()) };
}

/** Closing the browser's picker and being refused by the system have the same name; only the words tell. */
const isChangeOfMind = (error: unknown) =>
  error instanceof Error && error.name === 'NotAllowedError' && !/system/i.test(error.message);
