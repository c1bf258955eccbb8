/** Rooms from a list, and a real mail server to invite their applicants by. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import { parse } from 'csv-parse/sync';
import type { SMTPServerOptions } from 'smtp-server';
import type { Config } from '../../src/server/config.ts';
import { cli } from './cli.ts';
import { publicUrl, sender } from './invite.ts';
import { type MailServer, startMailServer } from './smtp.ts';
import { testConfig } from './store.ts';

export const smtpAt = (port: number) => ({
  ...publicUrl,
  ...sender,
  WEBINTERVIEW_MAIL_SMTP_URL: `smtp://127.0.0.1:${port}`,
});

export type World = {
  config: Config;
  file: string;
  mail: MailServer;
  /** Each with the settings of the mail server. */
  run(...args: string[]): ReturnType<typeof cli>;
  invite(...args: string[]): ReturnType<typeof cli>;
  /** Whom the server has taken mail for since it was asked last. */
  newMail(): string[];
};

/** Rooms made from a list, and a mail server that refuses whoever is at example.org. */
export async function world(
  t: ExecutionContext,
  url: string | undefined,
  lines: string[],
  options: SMTPServerOptions = {},
): Promise<World> {
  const config = await testConfig(t, url);
  const file = join(config.dataDir, 'april.csv');
  await writeFile(file, ['name,from,duration,applicant,email', ...lines].join('\n'));
  const mail = await startMailServer(t, {
    onRcptTo({ address }, _session, done) {
      if (!address.endsWith('@example.org')) return done();
      done(Object.assign(new Error('no such user here'), { responseCode: 550 }));
    },
    ...options,
  });
  const run = (...args: string[]) => cli(config, args, smtpAt(mail.port));
  const made = await run('room', 'create', '--from-csv', file, '--json');
  if (made.code !== 0) throw new Error(made.stderr);
  return {
    config,
    file,
    mail,
    run,
    invite: (...args) => run('invite', '--from-csv', file, '--smtp', ...args),
    newMail: () =>
      mail.deliveries
        .splice(0)
        .flatMap(({ to }) => to)
        .sort(),
  };
}

/** From when, and how long, in the columns of the list. */
export const at = '2099-04-01 10:00,60m';
export const reportOf = (stdout: string) =>
  parse(stdout, { bom: true, columns: true }) as Record<string, string>[];
