/** What happens to the machine at the other end of a line: it changes networks, and it sleeps. */
import { type Line, run } from './netns.ts';
import { signalIfThere } from './renderers.ts';

/** The machine has left its network, and knows. */
export function leaveNetwork({ namespace, far }: Line): void {
  run('ip', '-n', namespace, 'address', 'flush', 'dev', far);
}

/** It is in one of the line's networks, at an address that is that network's. */
export function enterNetwork({ namespace, far, networks }: Line, index: number): void {
  const network = networks[index % networks.length];
  if (!network) throw new Error('the line has no networks');
  run('ip', '-n', namespace, 'address', 'add', `${network.address}/30`, 'dev', far);
  run('ip', '-n', namespace, 'route', 'add', 'default', 'via', network.router);
}

/** The same at once: there is no moment without a network, of which the machine's programs might be told. */
export function changeNetwork({ namespace, far, networks }: Line, index: number): void {
  const network = networks[index % networks.length];
  if (!network) throw new Error('the line has no networks');
  const batch = [
    `address flush dev ${far}`,
    `address add ${network.address}/30 dev ${far}`,
    `route add default via ${network.router}`,
  ];
  run('sh', '-c', `printf '${batch.join('\\n')}\\n' | ip -n ${namespace} -batch -`);
}

/** Its every process stands still. */
export const sleep = (line: Line) => signalAll(line, 'SIGSTOP');
export const wake = (line: Line) => signalAll(line, 'SIGCONT');

function signalAll({ namespace }: Line, signal: NodeJS.Signals): void {
  const pids = run('ip', 'netns', 'pids', namespace).toString().split('\n').filter(Boolean);
  for (const pid of pids) signalIfThere(Number(pid), signal);
}
