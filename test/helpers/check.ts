/** `webinterview check` as a program reads it. */
import { spawn } from 'node:child_process';
import type { ExecutionContext } from 'ava';
import type { Finding } from '../../src/cli/check/types.ts';
import type { Config } from '../../src/server/config.ts';
import { makeAuthority, tlsInFront } from './certificate.ts';
import { endOf } from './child.ts';
import { cli, executable } from './cli.ts';
import type { Line } from './netns.ts';
import { startServer } from './server.ts';

export type Checked = {
  code: number | null;
  verdict: string;
  of: string;
  /** By their id. */
  found: Record<string, Finding>;
  /** All that was written. */
  output: string;
};

/** What a check looks at by default would be this machine's; so it is loopback, and ports nobody else has. */
export const onLoopback = {
  WEBINTERVIEW_HTTP_PORT: '0',
  WEBINTERVIEW_MEDIA_WORKERS: '1',
  WEBINTERVIEW_MEDIA_LISTEN_IPS: '127.0.0.1',
  WEBINTERVIEW_MEDIA_ANNOUNCED_ADDRESS: '127.0.0.1',
};

/** The proxy of the machine that runs the tests is no part of them. */
export const noProxy = { HTTPS_PROXY: '', HTTP_PROXY: '', https_proxy: '', http_proxy: '' };

export async function checked(
  config: Config | null,
  env: NodeJS.ProcessEnv = {},
  args: string[] = [],
): Promise<Checked> {
  const all = { ...onLoopback, ...noProxy, ...env };
  const { code, stdout, stderr } = await cli(config, ['check', '--json', ...args], all);
  if (stdout === '') throw new Error(stderr);
  const { of, verdict, findings } = JSON.parse(stdout);
  const found = Object.fromEntries(findings.map((finding: Finding) => [finding.id, finding]));
  return { code, verdict, of, found, output: stdout + stderr };
}

/** The way to a room's link, or to a server, from here. */
export const look = (url: string, env: NodeJS.ProcessEnv = {}) => checked(null, env, ['--url', url]);

/** As `look`, from the far end of a line. */
export async function lookFrom({ enter }: Pick<Line, 'enter'>, url: string, env: NodeJS.ProcessEnv = {}) {
  const [program, ...words] = enter;
  const command = [...words, process.execPath, executable, 'check', '--json', '--url', url];
  const child = spawn(program, command, { env: { ...process.env, ...noProxy, ...env } });
  const { code, stdout } = await endOf(child, `webinterview check --url ${url}`);
  const { findings } = JSON.parse(stdout.toString()) as { findings: Finding[] };
  return { code, findings, found: Object.fromEntries(findings.map((finding) => [finding.id, finding])) };
}

/** A server with TLS in front of it, as the internet sees one. */
export async function behindTls(t: ExecutionContext, settings: Record<string, unknown> = {}) {
  const server = await startServer(t, { 'media.listenIps': ['127.0.0.1'], ...settings });
  const { file, issue } = await makeAuthority(t);
  const port = await tlsInFront(t, await issue(60), server.port);
  return { server, port, url: `https://localhost:${port}`, env: { NODE_EXTRA_CA_CERTS: file } };
}
