/** A server that dies or is stopped, and the next one on the same address, data directory and database. */
import type { ExecutionContext } from 'ava';
import type { Config } from '../../src/server/config.ts';
import type { Store } from '../../src/server/store/index.ts';
import { type CliResult, cliServe } from './cli.ts';
import { takePort, takePorts } from './ports.ts';
import { administration, type TestServer } from './server.ts';
import { testConfig, testStore } from './store.ts';

export type MortalServer = Pick<TestServer, 'room' | 'token'> & {
  url: string;
  port: number;
  config: Config;
  /** The administrator's own way to the same database. */
  store: Store;
  /** SIGKILL: nothing is said, nothing is stored. Resolves when it is dead. */
  kill(): Promise<void>;
  /** Resolves with how it ended. */
  stop(signal?: NodeJS.Signals): Promise<CliResult>;
  signal(signal: NodeJS.Signals): void;
  /** The next one, of another version where its program is named; resolves when it is ready. */
  start(program?: string): Promise<void>;
};

export type MortalOptions = { databaseUrl?: string | undefined; settings?: NodeJS.ProcessEnv };

/** `webinterview serve` as a child process, with variables of its environment as `settings`. */
export async function startMortal(
  t: ExecutionContext,
  { databaseUrl, settings = {} }: MortalOptions = {},
): Promise<MortalServer> {
  const config = await testConfig(t, databaseUrl);
  const port = takePort();
  const { portMin, portMax } = takePorts(40);
  const env = {
    ...{ WEBINTERVIEW_MEDIA_PORT_MIN: String(portMin), WEBINTERVIEW_MEDIA_PORT_MAX: String(portMax) },
    ...{ WEBINTERVIEW_MEDIA_LISTEN_IPS: '127.0.0.1', ...settings },
  };
  const serve = (program?: string) => cliServe(t, config, ['--json', '--port', String(port)], env, program);
  let server = await serve();
  const store = await testStore(t, config);
  return {
    ...{ url: `http://127.0.0.1:${port}`, port, config, store },
    ...(await administration(config, store)),
    kill: async () => void (await server.stop('SIGKILL')),
    stop: (signal) => server.stop(signal),
    signal: (signal) => void server.process.kill(signal),
    async start(program) {
      server = await serve(program);
    },
  };
}
