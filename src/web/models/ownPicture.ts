import { type ReadonlySignal, signal } from '@preact/signals';
import {
  checkPicture,
  forgetPicture,
  keepPicture,
  keptPicture,
  type PictureFault,
} from '../media/background/ownPicture.ts';
import type { EffectsModel } from './effects.ts';

type OwnPicture = {
  /** To be shown; null while there is none. */
  url: ReadonlySignal<string | null>;
  problem: ReadonlySignal<PictureFault | 'notKept' | null>;
  /** Keeps the picture and chooses it. */
  add(file: File): Promise<void>;
  remove(): Promise<void>;
  /** Nothing is shown any more. */
  stop(): void;
};

/** One's own picture as a background: taken in, kept in this browser, forgotten. */
export function createOwnPicture(effects: Pick<EffectsModel, 'background' | 'chooseBackground'>): OwnPicture {
  const url = signal<string | null>(null);
  const problem = signal<PictureFault | 'notKept' | null>(null);
  let stopped = false;

  function show(picture: Blob | null): void {
    if (url.peek()) URL.revokeObjectURL(url.peek() as string);
    url.value = picture && !stopped ? URL.createObjectURL(picture) : null;
  }

  async function isKept(file: File): Promise<boolean> {
    await keepPicture(file).catch(() => undefined);
    const kept = await keptPicture();
    show(kept);
    return kept !== null;
  }

  void keptPicture().then(show);

  return {
    url,
    problem,
    async add(file): Promise<void> {
      problem.value = (await checkPicture(file)) ?? ((await isKept(file)) ? null : 'notKept');
      if (problem.value) return;
      // Another picture under the same choice: chosen anew, it is read anew.
      effects.chooseBackground('none');
      effects.chooseBackground('own');
    },
    async remove(): Promise<void> {
      if (effects.background.value === 'own') effects.chooseBackground('none');
      await forgetPicture();
      show(null);
    },
    stop(): void {
      stopped = true;
      show(null);
    },
  };
}
