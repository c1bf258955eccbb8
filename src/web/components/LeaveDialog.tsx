import { callWords } from '../i18n/call/index.ts';
import type { Interview } from '../models/interview.ts';
import { ConfirmDialog } from './ConfirmDialog.tsx';

/** Asks before leaving: an interviewer's leaving ends the call for everyone. */
export function LeaveDialog({ interview, onClose }: { interview: Interview; onClose: () => void }) {
  const { leaving } = callWords.value;
  return (
    <ConfirmDialog
      title={leaving.title}
      body={leaving[interview.seat.role.value]}
      cancel={leaving.stay}
      confirm={leaving.confirm}
      onConfirm={() => void interview.leave()}
      onClose={onClose}
    />
  );
}
