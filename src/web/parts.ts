/** The parts of the page that are fetched when they are needed. */
import type { EffectLoaders } from './models/effects.ts';

const TRIES = 4;

/** What the environment check measures with, and the media session. @throws what the browser throws, at last */
export const loadMedia = () => patiently(() => import('./media/late.ts'));

/** The call and all dialogs. A line that is away for a moment is waited for. @throws as loadMedia */
export const loadPages = () => patiently(() => import('./pages/late.ts'));

/** Why a link opens nothing. @throws as loadMedia */
export const loadRefused = () => patiently(() => import('./pages/Refused.tsx'));

/** Before the room opens. @throws as loadMedia */
export const loadEarly = () => patiently(() => import('./pages/Early.tsx'));

/** What to do in the browser inside of another app. @throws as loadMedia */
export const loadInApp = () => patiently(() => import('./pages/InApp.tsx'));

/** What works on sound and picture, for those who choose it. */
export const loadEffects: EffectLoaders = {
  background: async (options) => (await effects()).createBackground(options),
  picture: async (choice) => (await effects()).pictureOf(choice),
  noise: async (track) => (await effects()).createNoiseSuppression(track),
};

const effects = () => patiently(() => import('./media/effects.ts'));

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
