import type { Interview } from '../models/interview.ts';
import { BackgroundDialog } from './BackgroundDialog.tsx';
import { DeviceSettings } from './DeviceSettings.tsx';
import { HelpDialog } from './HelpDialog.tsx';
import type { WaitingDialogName } from './LazyDialog.tsx';

type WaitingDialogProps = {
  name: WaitingDialogName;
  interview: Interview | null;
  onClose: () => void;
};

/** What can be opened before the call; fetched with the first of them. */
export function WaitingDialog({ name, interview, onClose }: WaitingDialogProps) {
  if (name === 'help' || !interview) return <HelpDialog token={interview?.token ?? null} onClose={onClose} />;
  if (name === 'settings') return <DeviceSettings interview={interview} onClose={onClose} />;
  return <BackgroundDialog interview={interview} onClose={onClose} />;
}
