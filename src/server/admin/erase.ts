import { UserError } from '../errors.ts';
import { type AuditEntry, auditEntry } from '../room/audit.ts';
import type { RoomRecord } from '../room/ports.ts';
import type { Erased, Store } from '../store/index.ts';
import type { Admin } from './live.ts';

type EraseAdmin = Admin<Pick<Store, 'erasure'>>;

/** What is gone, and the audit entries that prove it. */
export type ErasureProof = Erased & { auditEntries: string[] };

/**
 * Removes one applicant's name, messages and files from a room for good. The audit, which names people by id alone,
 * stays whole and says that it was done.
 * @throws {UserError} live: people are in the room; not_found: nobody of this name was there
 */
export async function erasePerson(
  { store, now, actor, live }: EraseAdmin,
  room: RoomRecord,
  name: string,
): Promise<ErasureProof> {
  if (await live.isLive(room.id)) {
    throw new UserError(
      `People are in the room ${room.name} now: end the call first (webinterview room end), then erase.`,
      { code: 'live' },
    );
  }
  const entries: AuditEntry[] = [];
  const erased = await store.erasure.erase(room.id, name.trim(), (found) => {
    entries.push(...proofOf(found, { at: now(), roomId: room.id, actor }));
    return entries;
  });
  if (erased) return { ...erased, auditEntries: entries.map(({ id }) => id) };
  const names = await store.erasure.names(room.id);
  const there = names.length > 0 ? `there are ${names.join(', ')}` : 'it has no applicant with a name';
  throw new UserError(`Nobody named ${name} is in the records of ${room.name}: ${there}.`, {
    code: 'not_found',
  });
}

/** One entry for each id by which the audit knows the person; the figures stand in the first. */
function proofOf(
  { peerIds, linkIds, stays, messages, files, mentions }: Erased,
  context: { at: Date; roomId: string; actor: string },
): AuditEntry[] {
  const details = { stays, messages, files, mentions };
  return [...peerIds, ...linkIds].map((subject, i) =>
    auditEntry('person.erased', context, { subject, details: i === 0 ? details : {} }),
  );
}
