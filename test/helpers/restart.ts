/** A server that dies or is stopped, and the next one on the same address, data directory and database. */
import type { ExecutionContext } from 'ava';
import type { ServerStatus } from '../../src/protocol/status.ts';
import type { Config } from '../../src/server/config.ts';
import type { Store } from '../../src/server/store/index.ts';
import { type CliResult, cli, cliServe } from './cli.ts';
import { hang } from './hang.ts';
import type { Mariadb } from './mariadb.ts';
import { takePort, takePorts } from './ports.ts';
import { administration, type TestServer } from './server.ts';
import { testConfig, testStore } from './store.ts';

export type MortalServer = Pick<TestServer, 'room' | 'token'> & {
  url: string;
  port: number;
  config: Config;
  /** The administrator's own way to the same database. */
  store: Store;
  pid(): number;
  /** SIGKILL: nothing is said, nothing is stored. Resolves when it is dead. */
  kill(): Promise<void>;
  /** Resolves with how it ended. */
  stop(signal?: NodeJS.Signals): Promise<CliResult>;
  signal(signal: NodeJS.Signals): void;
  /** SIGSTOP, outside of a transaction; `mariadb`: on which its database is. */
  hang(mariadb?: Mariadb): Promise<void>;
  /** How it ended by itself. */
  exited(): Promise<CliResult>;
  /** The next one, of another version where its program is named; resolves when it is ready. */
  start(program?: string): Promise<void>;
};

export type MortalOptions = {
  databaseUrl?: string | undefined;
  settings?: NodeJS.ProcessEnv;
  /** A command that runs the server, e.g. prlimit. */
  through?: string[];
  dataDir?: string;
};

/** `webinterview serve` as a child process, with variables of its environment as `settings`. */
export async function startMortal(
  t: ExecutionContext,
  { databaseUrl, settings = {}, through, dataDir }: MortalOptions = {},
): Promise<MortalServer> {
  const config = await testConfig(t, databaseUrl, dataDir);
  const port = takePort();
  const { portMin, portMax } = takePorts(20);
  const env = {
    WEBINTERVIEW_MEDIA_PORT_MIN: String(portMin),
    WEBINTERVIEW_MEDIA_PORT_MAX: String(portMax),
    WEBINTERVIEW_MEDIA_LISTEN_IPS: '127.0.0.1',
    ...settings,
  };
  const serve = (program?: string) =>
    cliServe(t, config, ['--json', '--port', String(port)], env, { program, through });
  let server = await serve();
  const store = await testStore(t, config);
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    config,
    store,
    ...(await administration(config, store)),
    kill: async () => void (await server.stop('SIGKILL')),
    pid: () => server.process.pid as number,
    stop: (signal) => server.stop(signal),
    exited: () => server.exited(),
    signal: (signal) => void server.process.kill(signal),
    hang: (mariadb) => hang(server.process, config, mariadb),
    async start(program) {
      server = await serve(program);
    },
  };
}

/** The process ids of its media workers. */
export async function workersOf({ config }: MortalServer): Promise<number[]> {
  const { stdout } = await cli(config, ['status', '--json']);
  const { servers } = JSON.parse(stdout) as { servers: ServerStatus[] };
  return servers.flatMap(({ workers }) => workers.map(({ pid }) => pid));
}
