import { callWords } from '../i18n/call/index.ts';
import type { Interview } from '../models/interview.ts';
import { Dialog } from './Dialog.tsx';
import { WaitingMessageForm } from './WaitingMessage.tsx';

/** 「待機中の方へのメッセージ」, from within the call. */
export function WaitingMessageDialog({ interview, onClose }: { interview: Interview; onClose: () => void }) {
  return (
    <Dialog title={callWords.value.menu.waitingMessage} onClose={onClose}>
      <WaitingMessageForm interviewer={interview.interviewer} isTitled />
    </Dialog>
  );
}
