import type { Config } from '../../server/config.ts';
import { UserError } from '../../server/errors.ts';
import { verifyMailServer } from '../../server/invite/smtp.ts';
import { type Check, ng, type Outcome, ok, outcomeOf, skipped, warning } from './types.ts';

/** Whether the mail server takes the connection and the password, as `invite --smtp` needs it to; nothing is sent. */
export const mailCheck = ({ mail: { smtpUrl, from } }: Config): Check => ({
  id: 'mail',
  label: 'Mail',
  async run() {
    if (smtpUrl === null) return skipped(notSet(from));
    try {
      await verifyMailServer(smtpUrl);
      return verified(new URL(smtpUrl), from);
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      return outcomeOf(ng, error, 'Check mail.smtpUrl.');
    }
  },
});

const notSet = (from: string | null) =>
  from === null ? 'mail.smtpUrl and mail.from are not set' : 'mail.smtpUrl is not set';

function verified({ host, username }: URL, from: string | null): Outcome {
  const text = `${host} takes the connection${username === '' ? ', without a user name' : ' and the password'}`;
  if (from !== null) return ok(text);
  return warning(
    `${text}; mail.from is not set`,
    'Set it to who sends the invitations, or give --from-address with each.',
  );
}
