import type { Config } from '../../server/config.ts';
import { UserError } from '../../server/errors.ts';
import { openStore } from '../../server/store/index.ts';
import { type Check, ng, type Outcome, ok, outcomeOf, warning } from './types.ts';

/** Whether it answers, what it is, and whether its tables are this version's. */
export const databaseCheck = (config: Config): Check => ({
  id: 'database',
  label: 'Database',
  async run() {
    const started = performance.now();
    try {
      const store = await openStore(config, { create: false });
      try {
        const about = await store.about();
        const [problem] = await store.settingProblems();
        if (problem) return warning(`${about}: ${problem.what}`, problem.remedy);
        return ok(`${about}, this version's schema, opened in ${Math.round(performance.now() - started)} ms`);
      } finally {
        await store.close();
      }
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      return databaseOutcome(error);
    }
  },
});

function databaseOutcome(error: UserError): Outcome {
  const { code } = error;
  if (code === 'no_database') return ok('none yet; it is made at the first start');
  if (code === 'no_data') return ok('answers, and is empty; its tables are made at the first start');
  return outcomeOf(code === 'older_data' ? warning : ng, error, 'See docs/operating.md.');
}
