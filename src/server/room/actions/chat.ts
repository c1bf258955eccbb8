/** What is written and sent in the chat, by whom it may be deleted, and who reads what of it (History). */
import type { ChatFile, ChatMessage } from '../../../protocol/messages.ts';
import type { FileDraft } from '../Chat.ts';
import { assertMay } from '../permissions.ts';
import type { Actions, Seat } from './action.ts';

export const chatActions: Actions<'sendChat' | 'readChat' | 'deleteMessage' | 'clearChat'> = {
  sendChat: ({ room, peer }, draft) => room.chat.send(peer, draft),

  readChat: ({ room, peer }, { before }) => room.chat.page(peer, before),

  async deleteMessage({ room, peer }, { messageId }) {
    await room.chat.delete(peer, messageId);
    return null;
  },

  async clearChat({ room, peer }) {
    await room.chat.clear(peer);
    return null;
  },
};

/** As `sendChat`, over HTTP: a file is too big for a frame. @throws {AppError} what `perform` and `Chat.send` throw */
export async function sendFile({ room, peer }: Seat, draft: FileDraft): Promise<ChatMessage> {
  assertMay(peer, 'sendFile');
  return room.chat.send(peer, draft);
}

/** @throws {AppError} what `perform` throws, not_found */
export function readFile({ room, peer }: Seat, fileId: string): ChatFile {
  assertMay(peer, 'readFile');
  return room.chat.file(peer, fileId);
}
