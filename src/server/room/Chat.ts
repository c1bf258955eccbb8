import { randomUUID } from 'node:crypto';
import { limits } from '../../protocol/limits.ts';
import type { ChatFile, ChatMessage, ChatPage } from '../../protocol/messages.ts';
import { AppError } from '../errors.ts';
import { History, type HistoryOptions } from './History.ts';
import type { Journal } from './Journal.ts';
import { notReadable } from './notReadable.ts';
import type { Peer } from './Peer.ts';
import type { People } from './People.ts';
import type { Clock, RoomStore } from './ports.ts';
import type { MessageRecord, RoomRecord } from './records.ts';
import { messageFor } from './visibility.ts';

type ChatStore = Pick<
  RoomStore,
  'addMessage' | 'listMessages' | 'deleteMessage' | 'clearMessages' | 'readRoom' | 'listStayPeriods'
>;
type ChatDependencies = { store: ChatStore; clock: Clock; people: People; journal: Journal };

/** What a person writes: words, or a file with its content. */
export type TextDraft = { clientId: string; text: string };
/** A file as it came, before it is stored; `clientId` makes a repetition of it the same one. */
export type FileDraft = { clientId: string; file: Omit<ChatFile, 'id' | 'bytes'>; content: Buffer };

/**
 * The messages of one room, oldest first, kept in memory while the room lives so that a database that is away
 * keeps nobody out. Changes are one at a time: all see the messages in the stored order. What has changed is told to those in the
 * call, and noted in the journal.
 */
export class Chat {
  #messages: readonly ChatMessage[];
  readonly #roomId: string;
  readonly #deps: ChatDependencies;
  readonly #history: History;
  #turn: Promise<unknown> = Promise.resolve();

  private constructor(roomId: string, deps: ChatDependencies, messages: ChatMessage[], history: History) {
    this.#roomId = roomId;
    this.#deps = deps;
    this.#messages = messages;
    this.#history = history;
  }

  /** @throws {AppError} store_unavailable when the history cannot be read */
  static async open(record: RoomRecord, deps: ChatDependencies): Promise<Chat> {
    const [records, history] = await Promise.all([
      deps.store.listMessages(record.id).catch(notReadable('the messages')),
      History.open(record, deps.store),
    ]);
    return new Chat(record.id, deps, records.map(chatMessage), history);
  }

  get messages(): readonly ChatMessage[] {
    return this.#messages;
  }

  /**
   * Resolves once the message is committed, and tells the others in the call: its writer has the answer. Sending the same clientId
   * again gives the stored one.
   * @throws {AppError} too_fast, too_big when the room's files would be too many, store_unavailable: nothing was
   *   stored, the sender may try again
   */
  async send(writer: Peer, draft: TextDraft | FileDraft): Promise<ChatMessage> {
    const rate = 'file' in draft ? writer.fileRate : writer.chatRate;
    if (!rate.take())
      throw new AppError('too_fast', 'too many messages at once; wait a moment and send it again');
    const { message, isNew } = await this.#inTurn(() => this.#store(writer, draft));
    if (isNew) this.#announce(writer, message);
    return message;
  }

  /**
   * Resolves once the message and its file are gone from the store; one that is gone already is no error.
   * @throws {AppError} not_allowed for somebody else's, store_unavailable
   */
  async delete(writer: Peer, messageId: string): Promise<void> {
    if (!(await this.#inTurn(() => this.#delete(writer, messageId)))) return;
    this.#deps.journal.note('message.deleted', writer, { subject: messageId });
    this.#deps.people.broadcast('messageDeleted', { messageId });
  }

  /** @throws {AppError} store_unavailable: everything is still there */
  async clear(by: Peer): Promise<void> {
    await this.#inTurn(async () => {
      await this.#deps.store.clearMessages(this.#roomId).catch(notDeleted);
      this.#messages = [];
    });
    this.#deps.journal.note('chat.cleared', by);
    this.#deps.people.broadcast('chatCleared', {});
  }

  /** The latest that the peer may see; with `before`, of what was written before then (ISO 8601). */
  page(peer: Peer, before?: string): ChatPage {
    // As the messages' own times are written: texts that grow with them.
    const end = before === undefined ? null : new Date(before).toISOString();
    const found: ChatMessage[] = [];
    // From the end, and one more than is told: a long history is not gone through for each page.
    for (let i = this.#messages.length - 1; i >= 0 && found.length <= limits.chatPage; i--) {
      const message = this.#messages[i] as ChatMessage;
      if (end !== null && message.at >= end) continue;
      if (this.#history.sees(peer, message)) found.push(message);
    }
    const page = found.slice(0, limits.chatPage).reverse();
    const { entry } = this.#deps.people;
    return {
      messages: page.map((message) => messageFor(peer, message, entry)),
      hasEarlier: found.length > page.length,
    };
  }

  /** A file of a message that is still there and that the peer may see. @throws {AppError} not_found */
  file(peer: Peer, fileId: string): ChatFile {
    const message = this.#messages.find(({ file }) => file?.id === fileId);
    if (message?.file && this.#history.sees(peer, message)) return message.file;
    throw new AppError('not_found', 'this file is not there any more');
  }

  /** What an applicant sees of it, as an administrator has left the room. */
  updateHistory(options: HistoryOptions): void {
    this.#history.update(options);
  }

  /** Somebody is in the call since `at`, and reads what is written from then on. */
  readerEntered(peer: Peer, at: Date): void {
    this.#history.entered(peer, at, this.#messages.at(-1));
  }

  /** Somebody who was in the call since then may come back after a restart. */
  readerAwaited(peer: Peer, since: Date): void {
    this.#history.entered(peer, since);
  }

  readerLeft(peer: Peer): void {
    this.#history.left(peer, this.#deps.clock.now());
  }

  #announce(writer: Peer, message: ChatMessage): void {
    const { people, journal } = this.#deps;
    const { id: subject, file } = message;
    const details = file && { file: file.id, bytes: file.bytes };
    journal.note('message.sent', writer, { subject, ...(details && { details }) });
    for (const peer of people) {
      if (peer.admitted && peer !== writer)
        peer.socket?.notify('chatMessage', { message: messageFor(peer, message, people.entry) });
    }
  }

  /** @returns whether it was there */
  async #delete(writer: Peer, messageId: string): Promise<boolean> {
    const message = this.#messages.find(({ id }) => id === messageId);
    if (!message) return false;
    if (message.peerId !== writer.id)
      throw new AppError('not_allowed', 'only its writer may delete a message');
    await this.#deps.store.deleteMessage(this.#roomId, messageId).catch(notDeleted);
    this.#messages = this.#messages.filter((each) => each !== message);
    return true;
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#turn.then(work);
    this.#turn = done.catch(() => undefined);
    return done;
  }

  async #store({ id: peerId, role, name }: Peer, draft: TextDraft | FileDraft) {
    const content = 'file' in draft ? draft.content : undefined;
    const record: MessageRecord = {
      id: randomUUID(),
      roomId: this.#roomId,
      clientId: draft.clientId,
      peerId,
      role,
      name,
      at: this.#nextInstant(),
      text: 'text' in draft ? draft.text : '',
      file: 'file' in draft ? { id: randomUUID(), bytes: draft.content.length, ...draft.file } : null,
    };
    const stored = await this.#deps.store.addMessage(record, content).catch((cause: unknown) => {
      if (cause instanceof AppError) throw cause;
      throw new AppError('store_unavailable', 'the message could not be stored; send it again', { cause });
    });
    const message = chatMessage(stored);
    // Not by whose row it is: a write whose answer was lost is stored, and seen by nobody yet.
    const isNew = !this.#messages.some(({ id }) => id === message.id);
    if (isNew) this.#messages = [...this.#messages, message];
    return { message, isNew };
  }

  // Later than every message before it, so that a time says what was read and what was not.
  #nextInstant(): Date {
    const last = this.#messages.at(-1);
    const now = this.#deps.clock.now();
    return last && Date.parse(last.at) >= now.getTime() ? new Date(Date.parse(last.at) + 1) : now;
  }
}

function notDeleted(cause: unknown): never {
  throw new AppError('store_unavailable', 'nothing could be deleted now; try again', { cause });
}

function chatMessage({ id, at, peerId, role, name, text, file }: MessageRecord): ChatMessage {
  return { id, at: at.toISOString(), peerId, role, name, text, file };
}
