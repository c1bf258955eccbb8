/** What a link knows of mails to its applicant. */
import type { LinkRecord } from './records.ts';

/** What of a link is stored by mails, and goes with the person whom it was for. */
export type Mailed = Pick<
  LinkRecord,
  'email' | 'invitedAt' | 'invitedAs' | 'invitedFrom' | 'invitedUntil' | 'cancelledAt' | 'sendingSince'
>;

/** Of somebody whose address is not known, and who was written to by nobody. */
export const notMailed: Mailed = {
  email: null,
  invitedAt: null,
  invitedAs: null,
  invitedFrom: null,
  invitedUntil: null,
  cancelledAt: null,
  sendingSince: null,
};

/** Whether the last invitation went to another address than the one that is known now. */
export const isInvitedElsewhere = ({ invitedAt, invitedAs }: Pick<LinkRecord, 'invitedAt' | 'invitedAs'>) =>
  invitedAt !== null && invitedAs === null;
