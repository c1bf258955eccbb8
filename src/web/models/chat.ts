import { computed, signal } from '@preact/signals';
import { characters, limits } from '../../protocol/limits.ts';
import type { ChatMessage, ChatPage } from '../../protocol/messages.ts';
import type { Connection } from '../connection/connection.ts';
import type { Memory } from './memory.ts';

/** A message of one's own that the server has not confirmed; `problem` when it was not stored. */
export type OutgoingMessage = {
  clientId: string;
  text: string;
  problem: 'failed' | 'too_fast' | null;
  /** When the newest message was written as it failed (ISO 8601; empty: there was none); null while it is on its way. */
  failedAfter: string | null;
};

export type ChatModel = ReturnType<typeof createChat>;

type ChatOptions = {
  /** Resolves with the stored message. */
  send(message: { clientId: string; text: string }): Promise<ChatMessage>;
  /** What was written before then (ISO 8601). */
  readEarlier(before: string): Promise<ChatPage>;
  newId(): string;
  memory: Pick<Memory, 'lastRead' | 'keepLastRead'>;
};

/** The chat: what was said, what is under way, what was not read yet. */
export function createChat({ send, readEarlier, newId, memory }: ChatOptions) {
  const messages = signal<readonly ChatMessage[]>([]);
  /** Whether there are messages before those, and how it stands with them. */
  const earlier = signal<'none' | 'there' | 'coming' | 'failed'>('none');
  const outgoing = signal<readonly OutgoingMessage[]>([]);
  const isOpen = signal(false);
  const draft = signal('');
  const selfId = signal('');
  const lastRead = signal(memory.lastRead());

  const unread = computed(() => {
    if (isOpen.value) return 0;
    // By time, which grows with every message: the one that was read last may have been deleted.
    const isNew = ({ at, peerId }: ChatMessage) => at > (lastRead.value ?? '') && peerId !== selfId.value;
    return messages.value.filter(isNew).length;
  });

  const newestAt = () => messages.value.at(-1)?.at ?? '';

  function markRead(): void {
    const newest = messages.value.at(-1);
    if (!isOpen.value || !newest) return;
    lastRead.value = newest.at;
    memory.keepLastRead(newest.at);
  }

  function add(message: ChatMessage): void {
    if (!messages.value.some(({ id }) => id === message.id)) messages.value = [...messages.value, message];
    markRead();
  }

  async function deliver(message: { clientId: string; text: string }): Promise<void> {
    outgoing.value = [...without(message.clientId), { ...message, problem: null, failedAfter: null }];
    try {
      add(await send(message));
      outgoing.value = without(message.clientId);
    } catch (error) {
      const problem = (error as { code?: string }).code === 'too_fast' ? 'too_fast' : 'failed';
      outgoing.value = outgoing.value.map((each) =>
        each.clientId === message.clientId ? { ...each, problem, failedAfter: newestAt() } : each,
      );
    }
  }

  async function showEarlier(): Promise<void> {
    const [oldest] = messages.value;
    if (!oldest || earlier.value === 'coming') return;
    earlier.value = 'coming';
    const page = await readEarlier(oldest.at).catch(() => null);
    // Told anew or cleared meanwhile: nothing is asked for any more.
    if (earlier.value !== 'coming') return;
    if (!page) earlier.value = 'failed';
    // The oldest may have been deleted meanwhile: what comes before the next one is asked for again.
    else if (messages.value[0] !== oldest) earlier.value = 'there';
    else showBefore(page);
  }

  function showBefore(page: ChatPage): void {
    messages.value = [...page.messages, ...messages.value];
    earlier.value = page.hasEarlier ? 'there' : 'none';
  }

  /** It was deleted, for everyone. */
  function removed(messageId: string): void {
    messages.value = messages.value.filter(({ id }) => id !== messageId);
  }

  /** The whole history was deleted, for everyone. */
  function cleared(): void {
    messages.value = [];
    earlier.value = 'none';
  }

  /** The other participants' names are not to be shown any more. */
  function hideNames(): void {
    messages.value = messages.value.map((message) =>
      message.role === 'applicant' && message.peerId !== selfId.value ? { ...message, name: '' } : message,
    );
  }

  const without = (clientId: string) => outgoing.value.filter((each) => each.clientId !== clientId);

  return {
    messages,
    earlier,
    outgoing,
    isOpen,
    draft,
    selfId,
    unread,
    /** When the newest message was written (ISO 8601); empty: there is none. */
    newestAt,
    add,
    showEarlier,
    /** The latest part, as the server sends it on entering and on coming back. */
    replace(page: ChatPage, ownPeerId: string): void {
      selfId.value = ownPeerId;
      messages.value = page.messages;
      earlier.value = page.hasEarlier ? 'there' : 'none';
      markRead();
    },
    toggle(): void {
      isOpen.value = !isOpen.value;
      markRead();
    },
    /** Sends what is written, unless it is empty or too long. */
    write(): void {
      const text = draft.value;
      if (text.trim() === '' || characters(text) > limits.chatCharacters) return;
      draft.value = '';
      void deliver({ clientId: newId(), text });
    },
    /** Keeps up with what the server says over this connection. */
    follow(connection: Connection): void {
      connection.on('chatMessage', ({ message }) => add(message));
      connection.on('messageDeleted', ({ messageId }) => removed(messageId));
      connection.on('chatCleared', cleared);
      connection.on('namesHidden', hideNames);
    },
    removed,
    cleared,
    resend: ({ clientId, text }: OutgoingMessage) => deliver({ clientId, text }),
    /** Another call: nothing of the last one is shown. */
    clear(): void {
      cleared();
      outgoing.value = [];
      isOpen.value = false;
      draft.value = '';
    },
  };
}
