import type { Handlers } from './index.ts';

export const chatHandlers: Handlers<'sendChat' | 'readChat' | 'deleteMessage' | 'clearChat'> = {
  async sendChat({ room, peer }, params) {
    const { message, isNew } = await room.chat.add(peer, params);
    if (isNew) room.announceMessage(peer, message);
    return message;
  },

  readChat: ({ room, peer }, { before }) => room.chatPage(peer, before),

  async deleteMessage({ room, peer }, { messageId }) {
    if (!(await room.chat.delete(peer, messageId))) return null;
    room.note('message.deleted', peer, { subject: messageId });
    room.broadcast('messageDeleted', { messageId });
    return null;
  },

  async clearChat({ room, peer }) {
    await room.chat.clear();
    room.note('chat.cleared', peer);
    room.broadcast('chatCleared', {});
    return null;
  },
};
