import type { Handlers } from './index.ts';

export const chatHandlers: Handlers<'sendChat'> = {
  async sendChat({ room, peer }, params) {
    const { message, isNew } = await room.chat.add(peer, params);
    if (isNew) room.broadcast('chatMessage', { message }, { except: peer });
    return message;
  },
};
