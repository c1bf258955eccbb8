/** media.announcedAddress as a name: what browsers are told by a real worker, and what `check` finds. */
import test from 'ava';
import { MediaRoom } from '../../src/server/media/MediaRoom.ts';
import { WorkerPool } from '../../src/server/media/WorkerPool.ts';
import { checked } from '../helpers/check.ts';
import { takePorts } from '../helpers/ports.ts';
import { receivesAll } from '../helpers/rtp.ts';
import { testConfig } from '../helpers/store.ts';

const fail = (error: unknown) => {
  throw error;
};

test('browsers are told numbers, of the family of the socket', async (t) => {
  const pool = await WorkerPool.start({
    workers: 1,
    workerBin: process.env.MEDIASOUP_WORKER_BIN || undefined,
    listenIps: ['0.0.0.0', '::1'],
    announcedAddress: 'localhost, 203.0.113.5',
    ...takePorts(20),
    onError: fail,
  });
  t.teardown(() => pool.close());
  const nothing = () => undefined;
  const events = { consumerAdded: nothing, consumerRemoved: nothing, lost: nothing };
  const room = await MediaRoom.open(pool, events, fail);
  t.teardown(() => room.close());
  room.openPeer('someone', receivesAll);
  const { iceCandidates } = await room.createTransport('someone', 'receive');
  const told = new Set((iceCandidates as { address: string }[]).map(({ address }) => address));
  t.deepEqual([...told].toSorted(), ['127.0.0.1', '::1']);
});

test('check looks at each address behind the name, and at its family', async (t) => {
  const config = await testConfig(t);
  const env = { WEBINTERVIEW_MEDIA_ANNOUNCED_ADDRESS: 'localhost', ...portsOf() };
  const { found } = await checked(config, env);
  t.regex(found.reachability?.text ?? '', /^localhost \(127\.0\.0\.1\) is this machine alone/);
  const other = await checked(config, { ...env, WEBINTERVIEW_MEDIA_ANNOUNCED_ADDRESS: '2001:db8::5' });
  t.is(other.found.reachability?.status, 'ng');
  t.regex(other.found.reachability?.text ?? '', /IPv6, and media\.listenIps has none of that family/);
  const typo = await checked(config, { ...env, WEBINTERVIEW_MEDIA_ANNOUNCED_ADDRESS: 'typo.invalid' });
  t.regex(typo.found.reachability?.text ?? '', /typo\.invalid is not known by DNS/);
});

function portsOf() {
  const { portMin, portMax } = takePorts(5);
  return { WEBINTERVIEW_MEDIA_PORT_MIN: String(portMin), WEBINTERVIEW_MEDIA_PORT_MAX: String(portMax) };
}
