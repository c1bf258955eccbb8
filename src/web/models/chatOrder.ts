import type { ChatMessage } from '../../protocol/messages.ts';
import type { OutgoingMessage } from './chat.ts';
import type { Upload } from './files.ts';

/** One thing in the chat. */
export type ChatEntry =
  | { kind: 'message'; message: ChatMessage }
  | { kind: 'outgoing'; outgoing: OutgoingMessage }
  | { kind: 'upload'; upload: Upload };

type Written = {
  messages: readonly ChatMessage[];
  outgoing: readonly OutgoingMessage[];
  uploads: readonly Upload[];
};

/**
 * The chat from top to bottom. What is on its way comes last; what could not be sent stays where it failed, and newer
 * messages come below it.
 */
export function inOrder({ messages, outgoing, uploads }: Written): ChatEntry[] {
  const said = messages.map((message) => ({
    entry: { kind: 'message', message } as ChatEntry,
    at: message.at,
  }));
  const own = [
    ...outgoing.map((each) => ({
      entry: { kind: 'outgoing', outgoing: each } as ChatEntry,
      at: each.failedAfter,
    })),
    ...uploads.map((upload) => ({ entry: { kind: 'upload', upload } as ChatEntry, at: upload.failedAfter })),
  ];
  const failed = own.filter(({ at }) => at !== null);
  const onTheWay = own.filter(({ at }) => at === null);
  // The sort is stable: what failed comes after the message that was the newest then.
  const settled = [...said, ...failed].sort((a, b) => compare(a.at ?? '', b.at ?? ''));
  return [...settled, ...onTheWay].map(({ entry }) => entry);
}

/** What tells one from the others. */
export function keyOfEntry(entry: ChatEntry): string {
  switch (entry.kind) {
    case 'message':
      return entry.message.id;
    case 'outgoing':
      return entry.outgoing.clientId;
    case 'upload':
      return entry.upload.clientId;
  }
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
