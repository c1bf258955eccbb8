/** How the process of a media worker begins and ends. */
import { once } from 'node:events';
import { createWorker, type types } from 'mediasoup';
import { UserError } from '../errors.ts';

/** Milliseconds that a worker has to end by itself, which takes it a few. */
const ENDING_MS = 1000;

/** @param workerBin path of the executable; undefined: mediasoup's own. @throws {UserError} it does not start */
export async function startWorker(workerBin: string | undefined): Promise<types.Worker> {
  const settings = { logLevel: 'error' as const, ...(workerBin && { workerBin }) };
  const worker = await createWorker(settings).catch((cause) => {
    const which = workerBin ?? 'of mediasoup’s own package';
    const remedy = 'run webinterview setup.';
    throw new UserError(`The media worker ${which} does not start`, { remedy, cause });
  });
  leaveSignalsToUs(worker);
  return worker;
}

/** Tells the process to end, and resolves when it has. */
export async function endProcess(worker: types.Worker): Promise<void> {
  if (worker.subprocessClosed) return;
  const ended = once(worker, 'subprocessclose');
  try {
    worker.close();
  } catch {
    // Its channel is broken.
    kill(worker);
  }
  const killing = setTimeout(() => kill(worker), ENDING_MS);
  await ended;
  clearTimeout(killing);
}

/** At once, whatever state it is in. */
export function kill({ pid }: types.Worker): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It ended a moment ago.
  }
}

/**
 * mediasoup closes a worker at the first SIGTERM or SIGINT. We end calls in order first: people are told, what is
 * left is stored, and only then the media goes.
 */
function leaveSignalsToUs(worker: types.Worker): void {
  const { onSignal } = worker as unknown as { onSignal: () => void };
  for (const signal of ['SIGINT', 'SIGTERM']) process.off(signal, onSignal);
}
