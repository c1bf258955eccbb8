/** The parts of the page that are fetched when they are needed. */

const TRIES = 4;

/** The call's code. A line that is away for a moment is waited for. @throws what the browser throws, at last */
export const loadCall = () => patiently(() => import('./pages/Call.tsx'));

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
