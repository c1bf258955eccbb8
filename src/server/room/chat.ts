import { randomUUID } from 'node:crypto';
import type { ChatMessage } from '../../protocol/messages.ts';
import { AppError } from '../errors.ts';
import type { Peer } from './Peer.ts';
import type { Clock, MessageRecord, RoomStore } from './ports.ts';

type ChatDependencies = { store: Pick<RoomStore, 'addMessage' | 'listMessages'>; clock: Clock };

/**
 * The messages of one room, oldest first, kept in memory while the room lives so that a database that is away
 * keeps nobody out. Storing is one at a time: all see the messages in the stored order.
 */
export class Chat {
  readonly messages: ChatMessage[];
  readonly #roomId: string;
  readonly #deps: ChatDependencies;
  #turn: Promise<unknown> = Promise.resolve();

  private constructor(roomId: string, deps: ChatDependencies, messages: ChatMessage[]) {
    this.#roomId = roomId;
    this.#deps = deps;
    this.messages = messages;
  }

  /** @throws whatever the store throws when the history cannot be read */
  static async open(roomId: string, deps: ChatDependencies): Promise<Chat> {
    const records = await deps.store.listMessages(roomId);
    return new Chat(roomId, deps, records.map(chatMessage));
  }

  /**
   * Resolves once the message is committed. Sending the same clientId again gives the stored one, `isNew` false.
   * @throws {AppError} store_unavailable: nothing was stored, the sender may try again
   */
  add(
    peer: Peer,
    { clientId, text }: { clientId: string; text: string },
  ): Promise<{ message: ChatMessage; isNew: boolean }> {
    const added = this.#turn.then(() => this.#store(peer, clientId, text));
    this.#turn = added.catch(() => undefined);
    return added;
  }

  async #store({ id: peerId, role, name }: Peer, clientId: string, text: string) {
    const { store, clock } = this.#deps;
    const draft = {
      id: randomUUID(),
      roomId: this.#roomId,
      clientId,
      peerId,
      role,
      name,
      at: clock.now(),
      text,
    };
    const stored = await store.addMessage(draft).catch((cause: unknown) => {
      throw new AppError('store_unavailable', 'the message could not be stored; send it again', { cause });
    });
    const message = chatMessage(stored);
    // Not by whose row it is: a write whose answer was lost is stored, and seen by nobody yet.
    const isNew = !this.messages.some(({ id }) => id === message.id);
    if (isNew) this.messages.push(message);
    return { message, isNew };
  }
}

function chatMessage({ id, at, peerId, role, name, text }: MessageRecord): ChatMessage {
  return { id, at: at.toISOString(), peerId, role, name, text };
}
