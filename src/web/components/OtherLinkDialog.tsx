import { otherLink } from '../browser/link.ts';
import { leaveFor } from '../browser/stay.ts';
import { callWords } from '../i18n/call/index.ts';
import { ConfirmDialog } from './ConfirmDialog.tsx';

/** Asks before another link is opened in the tab of a call. */
export function OtherLinkDialog({ url }: { url: string }) {
  const { otherLink: text } = callWords.value;
  return (
    <ConfirmDialog
      title={text.title}
      body={text.body}
      cancel={text.stay}
      confirm={text.confirm}
      onConfirm={() => leaveFor(url)}
      onClose={() => {
        otherLink.value = null;
      }}
    />
  );
}
