import { RotateCw, X } from 'lucide';
import { callWords } from '../i18n/call/index.ts';
import type { FilesModel, Upload } from '../models/files.ts';
import { FileCard } from './FileCard.tsx';
import { IconButton } from './IconButton.tsx';
import styles from './UploadStatus.module.css';

/** A file of one's own on its way, or what is wrong with it. */
export function UploadStatus({ upload, files }: { upload: Upload; files: FilesModel }) {
  const { chat } = callWords.value;
  const { clientId, name, progress, problem } = upload;
  const percent = Math.round(progress * 100);
  return (
    <FileCard
      own
      name={name}
      note={problem ? undefined : chat.file.uploading(percent)}
      tools={
        <>
          {problem && files.mayResend(clientId) && (
            <IconButton icon={RotateCw} label={chat.resend} onClick={() => files.resend(clientId)} />
          )}
          <IconButton
            icon={X}
            label={problem ? chat.file.dismiss(name) : chat.file.cancel}
            onClick={() => files.cancel(clientId)}
          />
        </>
      }
      problem={problem && chat.file[problem]}
    >
      {!problem && <progress class={styles.progress} aria-label={name} value={percent} max={100} />}
    </FileCard>
  );
}
