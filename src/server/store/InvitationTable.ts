import { isDeepStrictEqual } from 'node:util';
import type { DataSource } from 'typeorm';
import type { AuditEntry } from '../room/audit.ts';
import { isSameAddress } from '../room/emails.ts';
import { notMailed } from '../room/mailed.ts';
import type { LinkRecord } from '../room/records.ts';
import type { AuditLog } from './AuditLog.ts';
import { changeLink } from './changeLink.ts';
import { LinkEntity } from './entities.ts';
import { holdRoom } from './holdRoom.ts';
import type { WriteQueue } from './WriteQueue.ts';

/** What was sent: when, its digest, for which window, and where to. */
export type SentInvitation = { at: Date; as: string; from: Date; until: Date; email: string };

/** Who is written to, and what they were sent. Whoever writes claims the link first, and says what came of it. */
export class InvitationTable {
  readonly #tables: { source: DataSource; writes: WriteQueue; audit: AuditLog };

  constructor(source: DataSource, writes: WriteQueue, audit: AuditLog) {
    this.#tables = { source, writes, audit };
  }

  /**
   * Takes the writing to a link's applicant upon oneself: of several who would, one gets it. Where the sender dies, the claim
   * stays: nobody knows then whether the mail went out.
   * @param link as it was read; it is claimed only as long as nothing else is stored of it
   * @returns the claimed link; null: somebody else has claimed it, or changed it
   */
  claim(link: LinkRecord, at: Date): Promise<LinkRecord | null> {
    return this.#tables.writes.transaction(async (manager) => {
      await holdRoom(manager, link.roomId);
      const current = await manager.findOneBy(LinkEntity, { id: link.id });
      if (!current || !isDeepStrictEqual({ ...current }, { ...link })) return null;
      await manager.update(LinkEntity, { id: link.id }, { sendingSince: at });
      return { ...current, sendingSince: at };
    });
  }

  /** The mail did not go out: the claim is again as it was `before`. */
  async release({ id, sendingSince }: LinkRecord, before: Date | null): Promise<void> {
    if (sendingSince === null) return;
    await this.#tables.writes.transaction((manager) =>
      manager.update(LinkEntity, { id, sendingSince }, { sendingSince: before }),
    );
  }

  /**
   * An invitation went out. Of somebody who was erased, or lost their address, meanwhile nothing is kept but the audit; an
   * address is kept where none was known.
   * @throws {UserError} not_found
   */
  sent(claimed: LinkRecord, invitation: SentInvitation, audit: AuditEntry[]): Promise<LinkRecord> {
    const { at, as, from, until, email } = invitation;
    return this.#change(claimed, audit, (link) => ({
      email: link.email ?? email,
      invitedAt: at,
      // Moved to another address since: there they have not read it.
      invitedAs: isSameAddress(link.email ?? email, email) ? as : null,
      invitedFrom: from,
      invitedUntil: until,
      cancelledAt: null,
      sendingSince: null,
    }));
  }

  /** That it is cancelled went out; else as `sent`. */
  cancelled(claimed: LinkRecord, at: Date, audit: AuditEntry[]): Promise<LinkRecord> {
    return this.#change(claimed, audit, ({ email }) => ({ ...notMailed, email, cancelledAt: at }));
  }

  #change(claimed: LinkRecord, audit: AuditEntry[], change: (link: LinkRecord) => Partial<LinkRecord>) {
    return changeLink(this.#tables, claimed.id, audit, (link) =>
      link.sendingSince?.getTime() === claimed.sendingSince?.getTime() ? change(link) : {},
    );
  }
}
