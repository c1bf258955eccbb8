import { isSameName, storedName } from '../../protocol/names.ts';
import { UserError } from '../errors.ts';
import { type AuditEntry, auditEntry } from '../room/audit.ts';
import type { RoomRecord } from '../room/records.ts';
import { checkedRoomName } from '../room/schedule.ts';
import { ERASED, type Erased, type Store } from '../store/index.ts';
import { type Admin, type LiveRooms, mayBeLive } from './live.ts';

type EraseAdmin = Admin<Pick<Store, 'erasure'>>;

/** What is gone, and the audit entries that prove it. */
export type ErasureProof = Erased & { auditEntries: string[] };

/**
 * Removes one applicant's name, messages and files from a room for good. The audit, which names people by id alone,
 * stays whole and says that it was done.
 * @param rename what the room is called from now on, where its own name holds the applicant's
 * @throws {UserError} people are in the room; unavailable: they may be, on a server that does not answer; not_found:
 *   nobody of this name was there; usage and conflict: the room cannot be called so
 */
export async function erasePerson(
  { store, now, actor, live }: EraseAdmin,
  room: RoomRecord,
  name: string,
  { rename = null }: { rename?: string | null } = {},
): Promise<ErasureProof> {
  const roomName = rename === null ? null : checkedRoomName(rename);
  const wanted = wantedName(name);
  await assertEmpty(live, room);
  let entries: AuditEntry[] = [];
  const context = { at: now(), roomId: room.id, actor };
  const proof = (found: Erased) => {
    // Anew each time: the database may have undone the transaction, and then it is done again.
    entries = proofOf(found, context);
    const renamed =
      roomName === null ? [] : [auditEntry('room.updated', context, { details: { fields: 'name' } })];
    return [...entries, ...renamed];
  };
  const erased = await store.erasure.erase(room.id, wanted, proof, roomName);
  if (!erased) throw nobodyNamed(name, room, await store.erasure.names(room.id));
  return { ...erased, auditEntries: entries.map(({ id }) => id) };
}

/** What would be gone, and the names of others that are written much like theirs. */
export type ErasurePreview = Erased & { alike: string[] };

/** What `erasePerson` would do; it throws the same, as far as that is known before. */
export async function previewErasure(
  { store, live }: Pick<EraseAdmin, 'store' | 'live'>,
  room: RoomRecord,
  name: string,
  { rename }: { rename?: string | undefined } = {},
): Promise<ErasurePreview> {
  if (rename !== undefined) checkedRoomName(rename);
  const wanted = wantedName(name);
  await assertEmpty(live, room);
  const preview = await store.erasure.preview(room.id, wanted);
  const names = await store.erasure.names(room.id);
  if (!preview) throw nobodyNamed(name, room, names);
  const others = names.filter((each) => !preview.names.some((theirs) => isSameName(theirs, each)));
  return { ...preview, alike: others.filter((each) => look(each) === look(wanted)) };
}

/** A name without what people type now one way and now another: spaces, the width of letters, capitals. */
const look = (name: string) => name.normalize('NFKC').replace(/\s+/g, '').toLowerCase();

/** A link without a name is everybody's, and a name that was erased is of nobody. */
function wantedName(name: string): string {
  const wanted = storedName(name);
  if (wanted !== '' && wanted !== ERASED) return wanted;
  throw new UserError('Say whom to erase: the name of an applicant.', { usage: true });
}

function nobodyNamed(name: string, room: RoomRecord, names: string[]): UserError {
  const there = names.length > 0 ? `there are ${names.join(', ')}` : 'it has no applicant with a name';
  return new UserError(`Nobody named ${name} is in the records of ${room.name}: ${there}.`, {
    code: 'not_found',
  });
}

/** Who is in the room would go on writing under the name that is to be gone. */
async function assertEmpty(live: LiveRooms, room: RoomRecord): Promise<void> {
  const { live: isLive, silent } = await live.isLive(room.id);
  if (isLive)
    throw new UserError(`People are in the room ${room.name} now`, {
      remedy: 'end the call first (webinterview room end), then erase.',
    });
  if (silent.length > 0) throw mayBeLive(room, silent);
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
