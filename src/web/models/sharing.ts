import type { Connection } from '../connection/connection.ts';
import { pickScreen } from '../media/screen.ts';
import type { OwnModel } from './own.ts';

export type SharingProblem = 'taken' | 'denied' | 'failed' | 'audioOnly';

type SharingOptions = {
  own: Pick<OwnModel, 'screenTrack' | 'stopSharing' | 'quality'>;
  request: Connection['request'];
  onProblem(problem: SharingProblem): void;
};

/** 「画面共有」: asks the person for a screen, then the server for the turn. */
export function createSharing({ own, request, onProblem }: SharingOptions) {
  async function start(): Promise<void> {
    if (own.quality.value === 'audio') return onProblem('audioOnly');
    const picked = await pickScreen();
    if (picked === 'cancelled') return;
    if (picked === 'denied' || picked === 'failed') return onProblem(picked);
    try {
      await request('setSharing', { sharing: true });
    } catch (error) {
      picked.stop();
      return onProblem((error as { code?: string }).code === 'sharing_taken' ? 'taken' : 'failed');
    }
    // Ended by the browser's own bar.
    picked.onended = stop;
    own.screenTrack.value = picked;
  }

  function stop(): void {
    own.stopSharing();
    // Lost on the way: the server ends it with the next join.
    request('setSharing', { sharing: false }).catch(() => undefined);
  }

  return { toggle: () => (own.screenTrack.value ? stop() : void start()) };
}
