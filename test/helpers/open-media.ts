/** What a mediasoup of this process has made and not closed: what is left open is held for as long as its worker lives. */
import type { ExecutionContext } from 'ava';
import { observer, type types } from 'mediasoup';

/** Begin before the server starts. */
export function watchMedia(t: ExecutionContext) {
  const open = { routers: 0, transports: 0, producers: 0, consumers: 0 };
  const workers = new Set<types.Worker>();
  const count = (kind: keyof typeof open, { observer: events }: { observer: object }) => {
    open[kind]++;
    (events as NodeJS.EventEmitter).once('close', () => open[kind]--);
  };
  const onWorker = (worker: types.Worker) => {
    workers.add(worker);
    worker.observer.once('close', () => workers.delete(worker));
    worker.observer.on('newrouter', (router) => {
      count('routers', router);
      router.observer.on('newtransport', (transport) => {
        count('transports', transport);
        transport.observer.on('newproducer', (producer) => count('producers', producer));
        transport.observer.on('newconsumer', (consumer) => count('consumers', consumer));
      });
    });
  };
  observer.on('newworker', onWorker);
  t.teardown(() => observer.off('newworker', onWorker));
  /** What the worker processes themselves have. */
  const dumps = async () => {
    const all = await Promise.all([...workers].map((worker) => worker.dump()));
    return all.flatMap(({ routerIds }) => routerIds);
  };
  return { open, dumps };
}
