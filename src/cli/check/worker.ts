import { createWorker, version } from 'mediasoup';
import type { Config } from '../../server/config.ts';
import { type Check, ng, ok } from './types.ts';

/** mediasoup's worker: started for real, and ended. */
export const workerCheck = ({ media }: Config): Check => ({
  id: 'worker',
  label: 'Media worker',
  async run() {
    const { workerBin } = media;
    try {
      const worker = await createWorker({ logLevel: 'none', ...(workerBin && { workerBin }) });
      worker.close();
      return ok(`mediasoup ${version} starts its worker`);
    } catch (error) {
      const which = workerBin ?? 'of mediasoup’s own package';
      return ng(`${which} does not start (${(error as Error).message})`, 'Run: webinterview setup');
    }
  },
});
