import { randomUUID } from 'node:crypto';
import type { ChatFile, ChatMessage } from '../../protocol/messages.ts';
import { AppError } from '../errors.ts';
import { notReadable } from './notReadable.ts';
import type { Peer } from './Peer.ts';
import type { Clock, MessageRecord, RoomStore } from './ports.ts';

type ChatStore = Pick<RoomStore, 'addMessage' | 'listMessages' | 'deleteMessage' | 'clearMessages'>;
type ChatDependencies = { store: ChatStore; clock: Clock };

/** What a person writes: words, or a file with its content. */
export type Draft = { clientId: string } & (
  | { text: string }
  | { file: Omit<ChatFile, 'id' | 'bytes'>; content: Buffer }
);

/**
 * The messages of one room, oldest first, kept in memory while the room lives so that a database that is away
 * keeps nobody out. Changes are one at a time: all see the messages in the stored order.
 */
export class Chat {
  #messages: readonly ChatMessage[];
  readonly #roomId: string;
  readonly #deps: ChatDependencies;
  #turn: Promise<unknown> = Promise.resolve();

  private constructor(roomId: string, deps: ChatDependencies, messages: ChatMessage[]) {
    this.#roomId = roomId;
    this.#deps = deps;
    this.#messages = messages;
  }

  /** @throws {AppError} store_unavailable when the history cannot be read */
  static async open(roomId: string, deps: ChatDependencies): Promise<Chat> {
    const records = await deps.store.listMessages(roomId).catch(notReadable('the messages'));
    return new Chat(roomId, deps, records.map(chatMessage));
  }

  get messages(): readonly ChatMessage[] {
    return this.#messages;
  }

  /**
   * Resolves once the message is committed. Sending the same clientId again gives the stored one, `isNew` false.
   * @throws {AppError} too_fast, too_big when the room's files would be too many, store_unavailable: nothing was
   *   stored, the sender may try again
   */
  async add(peer: Peer, draft: Draft): Promise<{ message: ChatMessage; isNew: boolean }> {
    const rate = 'file' in draft ? peer.fileRate : peer.chatRate;
    if (!rate.take())
      throw new AppError('too_fast', 'too many messages at once; wait a moment and send it again');
    return this.#inTurn(() => this.#store(peer, draft));
  }

  /**
   * Resolves once the message and its file are gone from the store; one that is gone already is no error.
   * @returns whether it was there
   * @throws {AppError} not_allowed for somebody else's, store_unavailable
   */
  delete(peer: Peer, messageId: string): Promise<boolean> {
    return this.#inTurn(async () => {
      const message = this.#messages.find(({ id }) => id === messageId);
      if (!message) return false;
      if (message.peerId !== peer.id)
        throw new AppError('not_allowed', 'only its writer may delete a message');
      await this.#deps.store.deleteMessage(this.#roomId, messageId).catch(notDeleted);
      this.#messages = this.#messages.filter((each) => each !== message);
      return true;
    });
  }

  /** @throws {AppError} store_unavailable: everything is still there */
  async clear(): Promise<void> {
    await this.#inTurn(async () => {
      await this.#deps.store.clearMessages(this.#roomId).catch(notDeleted);
      this.#messages = [];
    });
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#turn.then(work);
    this.#turn = done.catch(() => undefined);
    return done;
  }

  async #store({ id: peerId, role, name }: Peer, draft: Draft) {
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
