import { helpWords } from '../i18n/help/index.ts';
import { Dialog } from './Dialog.tsx';
import { Help } from './Help.tsx';

/** 「ヘルプ」 over whatever is going on. */
export function HelpDialog({ token, onClose }: { token: string | null; onClose: () => void }) {
  return (
    <Dialog title={helpWords.value.title} onClose={onClose} wide>
      <Help token={token} />
    </Dialog>
  );
}
