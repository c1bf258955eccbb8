import { callWords } from '../i18n/call/index.ts';
import type { CallModel } from '../models/call.ts';
import { ConfirmDialog } from './ConfirmDialog.tsx';

/** Asks before 「チャット履歴の全削除」. */
export function ClearChatDialog({ call, onClose }: { call: CallModel; onClose: () => void }) {
  const { clearing } = callWords.value.chat;
  return <ConfirmDialog {...clearing} onConfirm={() => void call.clearChat()} onClose={onClose} />;
}
