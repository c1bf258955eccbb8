/** All that `webinterview check` looks at on the server's own machine. */
import type { Config } from '../../server/config.ts';
import { clockCheck } from './clock.ts';
import { databaseCheck } from './database.ts';
import { linksCheck } from './links.ts';
import { cpuCheck, diskCheck, memoryCheck, nodeCheck } from './machine.ts';
import { mailCheck } from './mail.ts';
import { httpPortCheck, mediaPortsCheck } from './ports.ts';
import { reachabilityCheck } from './reachability.ts';
import { tlsCheck } from './tls.ts';
import { turnChecks } from './turn.ts';
import type { Check } from './types.ts';
import { workerCheck } from './worker.ts';

/** In the order in which they are shown. */
export function serverChecks(config: Config): Check[] {
  return [
    nodeCheck,
    workerCheck(config),
    cpuCheck(config),
    memoryCheck,
    diskCheck(config),
    databaseCheck(config),
    clockCheck(config),
    httpPortCheck(config),
    mediaPortsCheck(config),
    reachabilityCheck(config),
    linksCheck(config),
    tlsCheck(config),
    ...turnChecks(config),
    mailCheck(config),
  ];
}
