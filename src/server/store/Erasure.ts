import { type DataSource, type EntityManager, In, IsNull, Not } from 'typeorm';
import { limits } from '../../protocol/limits.ts';
import { isSameName } from '../../protocol/names.ts';
import { UserError } from '../errors.ts';
import type { AuditEntry } from '../room/audit.ts';
import { notMailed } from '../room/mailed.ts';
import type { AuditLog } from './AuditLog.ts';
import { batches, foundInBatches } from './batches.ts';
import {
  FileEntity,
  LinkEntity,
  MessageEntity,
  type MessageRow,
  RoomEntity,
  type RoomRow,
  SeatEntity,
  StayEntity,
} from './entities.ts';
import { isDuplicate } from './errors.ts';
import { holdRoom } from './holdRoom.ts';
import { forgetAnswers } from './IdempotencyTable.ts';
import type { WriteQueue } from './WriteQueue.ts';

/** What stands where a name was. */
export const ERASED = '（消去済み）';
/** A name of one letter alone would be taken out of other words. */
const SHORTEST_NAME = 2;

/** What was found of a person, and is gone. `peerIds` are whom the audit knows. */
export type Erased = {
  peerIds: string[];
  linkIds: string[];
  stays: number;
  messages: number;
  files: number;
  /** The links whose mail address, and what was sent there, is theirs. */
  addressedIds: string[];
  /** How many of them have one. */
  addresses: number;
  /** Messages of others, the room's title, company and note and what those who wait are told, from which the name was taken. */
  mentions: number;
  /** Whether the room's own name holds one of theirs. */
  isInRoomName: boolean;
};

/** Takes one applicant out of a room's records. */
export class Erasure {
  readonly #source: DataSource;
  readonly #writes: WriteQueue;
  readonly #audit: AuditLog;

  constructor(source: DataSource, writes: WriteQueue, audit: AuditLog) {
    this.#source = source;
    this.#writes = writes;
    this.#audit = audit;
  }

  /**
   * Removes the applicant's names, mail address, company, check, seats, messages and files, and their names from what others wrote; all of
   * it, or nothing. Who came by a link of this name is meant as well, whatever they called themselves.
   * @param proof makes the audit entries of what was found
   * @param roomName what the room is called from now on; null: as before
   * @returns null when nothing of this name is there
   * @throws {UserError} usage: the new name of the room holds theirs too; conflict: another room has it
   */
  async erase(
    roomId: string,
    name: string,
    proof: (erased: Erased) => AuditEntry[],
    roomName: string | null = null,
  ): Promise<Erased | null> {
    const append = await this.#audit.appender();
    const work = async (manager: EntityManager) => {
      await holdRoom(manager, roomId);
      const found = await find(manager, roomId, name);
      if (!found) return null;
      const done = await remove(manager, roomId, found, roomName);
      await append(manager, proof(done));
      return done;
    };
    const erased = await this.#writes.transaction(work, { isLong: true }).catch((error: unknown) => {
      if (roomName === null || !isDuplicate(error)) throw error;
      throw new UserError(`There is already a room named ${roomName}`, {
        remedy: 'choose another name.',
        cause: error,
        code: 'conflict',
      });
    });
    if (erased) await this.#writes.forgetPages();
    return erased;
  }

  /** What `erase` would find now, and by which names; null: nothing of this name is there. */
  async preview(roomId: string, name: string): Promise<(Erased & { names: string[] }) | null> {
    const { manager } = this.#source;
    const found = await find(manager, roomId, name);
    return found && { ...(await counted(manager, roomId, found)), names: found.names };
  }

  /** The names that applicants of the room have given, and those of their links. */
  async names(roomId: string): Promise<string[]> {
    const { manager } = this.#source;
    const where = { roomId, role: 'applicant' as const };
    const links = await manager.findBy(LinkEntity, where);
    const stays = await manager.findBy(StayEntity, where);
    const names = [...links.map(({ label }) => label), ...stays.map((stay) => stay.name)];
    return [...new Set(names)].filter((each) => each !== '' && each !== ERASED);
  }
}

/** `addressedIds`: the links whose mail address is theirs. `names`: with these addresses, which stand in texts like them. */
type Found = { peerIds: string[]; linkIds: string[]; addressedIds: string[]; names: string[] };

async function find(manager: EntityManager, roomId: string, name: string): Promise<Found | null> {
  const where = { roomId, role: 'applicant' as const };
  // Compared here: a database takes the same name, composed otherwise, for another one.
  const all = await manager.findBy(LinkEntity, where);
  const links = all.filter(({ label }) => isSameName(label, name));
  const linkIds = links.map(({ id }) => id);
  const isTheirs = (each: { name: string; linkId: string | null }) =>
    isSameName(each.name, name) || (each.linkId !== null && linkIds.includes(each.linkId));
  const select = { name: true, linkId: true, peerId: true } as const;
  const stays = await manager.find(StayEntity, { select, where });
  // Of who was in the room when its server died, and may not even have been let in.
  const seats = await manager.find(SeatEntity, { select, where });
  const theirs = [...stays, ...seats].filter(isTheirs);
  if (links.length === 0 && theirs.length === 0) return null;
  // Of a link without a name, by which they came as well, the address is theirs.
  const used = all.filter(({ id, label }) => label === '' && theirs.some(({ linkId }) => linkId === id));
  const addressed = [...links, ...used];
  const emails = addressed.flatMap(({ email }) => email ?? []);
  const said = [name, ...theirs.map((each) => each.name), ...emails];
  const names = new Set(said.map((each) => each.normalize('NFC')));
  for (const none of ['', ERASED]) names.delete(none);
  // The longest first: of a name that holds another one of theirs nothing must be left.
  const longestFirst = [...names].sort((a, b) => b.length - a.length);
  return {
    linkIds,
    addressedIds: addressed.map(({ id }) => id),
    names: longestFirst,
    peerIds: [...new Set(theirs.map(({ peerId }) => peerId))],
  };
}

async function remove(
  manager: EntityManager,
  roomId: string,
  found: Found,
  roomName: string | null,
): Promise<Erased> {
  const { peerIds, linkIds, addressedIds, names } = found;
  const theirs = await foundInBatches(peerIds, (batch) =>
    manager.findBy(MessageEntity, { roomId, peerId: In(batch) }),
  );
  const fileIds = theirs.flatMap(({ fileId }) => fileId ?? []);
  const addresses = await addressesOf(manager, addressedIds);
  await manager.update(LinkEntity, { id: In(linkIds) }, { label: '' });
  await manager.update(LinkEntity, { id: In(addressedIds) }, { ...notMailed, erasedAt: new Date() });
  const stays = await emptied(manager, roomId, peerIds);
  for (const batch of batches(fileIds)) await manager.delete(FileEntity, { id: In(batch) });
  await forgetAnswers(manager, roomId);
  const written = names.filter(isLongEnough);
  const inMessages = await takeOutOfMessages(manager, roomId, written);
  const { inTexts, isInRoomName } = await takeOutOfRoom(manager, roomId, written, roomName);
  return {
    peerIds,
    linkIds,
    addressedIds,
    addresses,
    mentions: inMessages + inTexts,
    isInRoomName,
    stays,
    messages: theirs.length - fileIds.length,
    files: fileIds.length,
  };
}

/** What `remove` would do. */
async function counted(
  manager: EntityManager,
  roomId: string,
  { peerIds, linkIds, addressedIds, names }: Found,
): Promise<Erased> {
  const written = names.filter(isLongEnough);
  const holdsName = (text: string | null) => written.some((name) => isIn(text ?? '', name));
  const room = await manager.findOneByOrFail(RoomEntity, { id: roomId });
  const select = { peerId: true, text: true, fileId: true, fileName: true } as const;
  const all = await manager.find(MessageEntity, { select, where: { roomId } });
  const theirs = all.filter(({ peerId }) => peerIds.includes(peerId));
  const others = all.filter(({ peerId }) => !peerIds.includes(peerId));
  const files = theirs.filter(({ fileId }) => fileId !== null).length;
  const mentions = others.filter(({ text, fileName }) => holdsName(text) || holdsName(fileName)).length;
  const stays = await foundInBatches(peerIds, (batch) =>
    manager.find(StayEntity, { select: { id: true }, where: { roomId, peerId: In(batch) } }),
  );
  return {
    peerIds,
    linkIds,
    addressedIds,
    addresses: await addressesOf(manager, addressedIds),
    stays: stays.length,
    messages: theirs.length - files,
    files,
    mentions: mentions + textsOf(room).filter(([, text]) => holdsName(text)).length,
    isInRoomName: holdsName(room.name),
  };
}

/** How many mail addresses are known by these links. */
const addressesOf = (manager: EntityManager, linkIds: string[]) =>
  manager.countBy(LinkEntity, { id: In(linkIds), email: Not(IsNull()) });

/** @returns how many stays */
async function emptied(manager: EntityManager, roomId: string, peerIds: string[]): Promise<number> {
  let stays = 0;
  for (const batch of batches(peerIds)) {
    const theirs = { roomId, peerId: In(batch) };
    const changes = { name: ERASED, company: '', check: null };
    stays += (await manager.update(StayEntity, theirs, changes)).affected ?? 0;
    await manager.delete(SeatEntity, theirs);
    await manager.delete(MessageEntity, theirs);
  }
  return stays;
}

/** @returns from how many */
async function takeOutOfMessages(manager: EntityManager, roomId: string, names: string[]): Promise<number> {
  let count = 0;
  for (const row of await manager.findBy(MessageEntity, { roomId })) {
    const changes = {
      text: without(names, row.text, limits.chatCharacters),
      fileName: row.fileName && without(names, row.fileName, limits.fileNameCharacters),
    } satisfies Partial<MessageRow>;
    if (changes.text === row.text && changes.fileName === row.fileName) continue;
    await manager.update(MessageEntity, { seq: row.seq }, changes);
    count++;
  }
  return count;
}

const isLongEnough = (name: string) => [...name].length >= SHORTEST_NAME;

/** The room's name is what others know it by, so it changes only to what an administrator says. */
async function takeOutOfRoom(
  manager: EntityManager,
  roomId: string,
  names: string[],
  roomName: string | null,
): Promise<{ inTexts: number; isInRoomName: boolean }> {
  const room = await manager.findOneByOrFail(RoomEntity, { id: roomId });
  const name = roomName ?? room.name;
  const texts = textsOf(room)
    .map(([column, text, most]) => ({ column, text, next: without(names, text, most) }))
    .filter(({ text, next }) => next !== text);
  const isInRoomName = names.some((each) => isIn(name, each));
  if (roomName !== null && isInRoomName)
    throw new UserError('The new name of the room holds the applicant’s too', {
      remedy: 'choose another.',
      usage: true,
    });
  // A version of its own: who has read the room before must not write the old texts over these.
  if (texts.length > 0 || name !== room.name) {
    const changes = Object.fromEntries(texts.map(({ column, next }) => [column, next]));
    await manager.update(RoomEntity, { id: roomId }, { ...changes, name, version: room.version + 1 });
  }
  return { inTexts: texts.length, isInRoomName };
}

type RoomText = 'title' | 'company' | 'note' | 'waitingMessage';

/** What administrators and interviewers have written about a room, beside its name, with how long each may be. */
const textsOf = (room: RoomRow): [column: RoomText, text: string, most: number][] => [
  ['title', room.title, limits.roomTitleCharacters],
  ['company', room.company, limits.nameCharacters],
  ['note', room.note, limits.roomNoteCharacters],
  ['waitingMessage', room.waitingMessage, limits.waitingMessageCharacters],
];

function without(names: string[], text: string, most: number): string {
  const rest = names.reduce(
    (before, name) =>
      isIn(before, name) ? before.normalize('NFC').replace(patternOf(name), ERASED) : before,
    text,
  );
  return [...rest].slice(0, most).join('');
}

/** Whether the text holds the name, which is composed (NFC), as the text need not be. */
const isIn = (text: string, name: string) => text.normalize('NFC').search(patternOf(name)) >= 0;

/** Everywhere in a text: a mail address in any capitals, as they make no other one, and a name as it is. */
const patternOf = (name: string) => new RegExp(RegExp.escape(name), name.includes('@') ? 'giu' : 'gu');
