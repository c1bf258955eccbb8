import type { Config } from '../../server/config.ts';
import { addressProblem } from '../../server/linkAddress.ts';
import { type Check, ok, sentence, skipped, warning } from './types.ts';

/** Whether people elsewhere can take part by links that begin with http.publicUrl. */
export const linksCheck = ({ http: { publicUrl } }: Config): Check => ({
  id: 'links',
  label: 'Links',
  async run() {
    if (publicUrl === null) return skipped('http.publicUrl is not set');
    const { origin } = new URL(publicUrl);
    const problem = addressProblem(publicUrl);
    if (!problem) return ok(`they begin with ${origin}`);
    return warning(`they begin with ${origin}, ${problem.what}`, sentence(problem.remedy));
  },
});
