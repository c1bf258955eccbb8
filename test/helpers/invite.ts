/** `webinterview invite` on a room to come, as the tests run it. */
import type { ExecutionContext } from 'ava';
import type { Config } from '../../src/server/config.ts';
import { cli } from './cli.ts';
import { testConfig, testStore } from './store.ts';

export const publicUrl = { WEBINTERVIEW_HTTP_PUBLIC_URL: 'https://interview.example.com' };
export const sender = { WEBINTERVIEW_MAIL_FROM: '株式会社サンプル 採用担当 <saiyo@example.com>' };
export const to = ['--to', 'hanako@example.net'];

export async function withRoom(t: ExecutionContext): Promise<{ config: Config; applicantUrl: string }> {
  const config = await testConfig(t);
  await (await testStore(t, config)).close();
  const args = [
    'room',
    'create',
    '--json',
    '--name',
    '9110-1-to',
    '--from',
    '2099-12-01 10:00',
    '--duration',
    '90m',
  ];
  const { stdout, stderr } = await cli(config, args, publicUrl);
  t.is(stderr, '');
  return { config, applicantUrl: JSON.parse(stdout).applicantUrl };
}

export const invite = (config: Config, args: string[], env: NodeJS.ProcessEnv = {}) =>
  cli(config, ['invite', '9110-1-to', ...args], { ...publicUrl, ...env });
