/** The parts of the page that are fetched when they are needed. */
import type { EffectLoaders } from './models/effects.ts';

const TRIES = 4;

/** The call's code. A line that is away for a moment is waited for. @throws what the browser throws, at last */
export const loadCall = () => patiently(() => import('./pages/Call.tsx'));

/** Device settings, backgrounds and help outside the call. @throws as loadCall */
export const loadDialogs = () => patiently(() => import('./components/WaitingDialogs.tsx'));

/** What works on sound and picture, for those who choose it. */
export const loadEffects: EffectLoaders = {
  async background(options) {
    const { createBackground } = await patiently(() => import('./media/background/background.ts'));
    return createBackground(options);
  },
  async picture(choice) {
    const { pictureOf } = await patiently(() => import('./media/background/choices.ts'));
    return pictureOf(choice);
  },
  async noise(track) {
    const { createNoiseSuppression } = await patiently(() => import('./media/noise.ts'));
    return createNoiseSuppression(track);
  },
};

async function patiently<T>(load: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await load();
    } catch (error) {
      if (attempt === TRIES) throw error;
      await new Promise((resolve) => setTimeout(resolve, 1000 * attempt));
    }
  }
}
