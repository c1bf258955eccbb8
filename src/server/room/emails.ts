import { limits } from '../../protocol/limits.ts';
import { UserError } from '../errors.ts';
import { parseMailbox } from '../mailbox.ts';

/** As it is stored: the address alone, as the link says whose it is. @throws {UserError} usage */
export function checkedEmail(text: string): string {
  const mailbox = parseMailbox(text);
  if (!mailbox)
    throw wrong(`${JSON.stringify(text)} is not a mail address: expected e.g. hanako@example.com.`);
  if ([...mailbox.address].length <= limits.emailCharacters) return mailbox.address;
  throw wrong(`A mail address has at most ${limits.emailCharacters} characters.`);
}

/**
 * The mail address of each applicant of a room.
 * @param emails in the order of the applicants, null or empty for one who has none; none at all: nobody has one
 * @throws {UserError} usage: one is no address, or there are more or fewer of them than applicants
 */
export function emailsOf(applicants: number, emails: (string | null)[]): (string | null)[] {
  const given = emails.map((each) => (each?.trim() ? checkedEmail(each) : null));
  if (given.every((each) => each === null)) return Array<null>(applicants).fill(null);
  // A list may end with a separator.
  while (given.length > applicants && given.at(-1) === null) given.pop();
  if (given.length === applicants) return given;
  throw wrong(
    `There ${given.length === 1 ? 'is 1 mail address' : `are ${given.length} mail addresses`} for ${applicants} ${applicants === 1 ? 'applicant' : 'applicants'}: give one for each in the same order, an empty one where none is known.`,
  );
}

/** Capitals make no other address, as far as any mail server is known. */
export const isSameAddress = (a: string, b: string) => a.toLowerCase() === b.toLowerCase();

const wrong = (message: string) => new UserError(message, { usage: true });
