import { Download, File as FileIcon, Paperclip, RotateCw, X } from 'lucide';
import { useEffect, useMemo, useRef } from 'preact/hooks';
import type { ChatFile } from '../../protocol/messages.ts';
import { isHandheld } from '../browser/support.ts';
import { callWords } from '../i18n/call/index.ts';
import type { CallModel } from '../models/call.ts';
import type { FilesModel, Upload } from '../models/files.ts';
import { createShownFile, type ShownFile } from '../models/shownFile.ts';
import styles from './ChatFiles.module.css';
import { Icon } from './Icon.tsx';

/** A file that was sent: its name, a picture where it is one, and the way to have it. */
export function FileMessage({ file, call }: { file: ChatFile; call: CallModel }) {
  const text = callWords.value.chat.file;
  const shown = useMemo(() => createShownFile(file, call.files), [file.id, call]);
  useEffect(shown.begin, [shown]);
  const problem = shown.problem.value;
  return (
    // The button inside does the same by keyboard.
    // biome-ignore lint/a11y/noStaticElementInteractions: the manual's double click, beside the button
    <div
      class={styles.file}
      title={isHandheld() ? undefined : text.hint}
      onDblClick={() => void shown.download()}
    >
      <Preview name={file.name} shown={shown} />
      <div class={styles.row}>
        <Icon node={FileIcon} />
        <span class={styles.name}>
          {file.name}
          <small>{text.size(file.bytes)}</small>
        </span>
        <button
          type="button"
          class={styles.tool}
          aria-label={text.open(file.name)}
          onClick={() => void shown.download()}
          // Two clicks on the button are one download, not three.
          onDblClick={(event) => event.stopPropagation()}
        >
          <Icon node={Download} />
        </button>
      </div>
      {problem && (
        <p class={styles.problem} role="alert">
          {text[problem]}
        </p>
      )}
    </div>
  );
}

function Preview({ name, shown }: { name: string; shown: ShownFile }) {
  const preview = shown.preview.value;
  if (preview === 'none' || preview === 'coming') return null;
  if (preview !== 'offered') return <img class={styles.preview} src={preview.url} alt={name} />;
  return (
    <button type="button" class={styles.ask} onClick={shown.showPreview}>
      {callWords.value.chat.file.preview}
    </button>
  );
}

/** A file of one's own on its way, or what is wrong with it. */
export function UploadStatus({ upload, files }: { upload: Upload; files: FilesModel }) {
  const { chat } = callWords.value;
  const { clientId, name, progress, problem } = upload;
  const percent = Math.round(progress * 100);
  return (
    <div class={`${styles.file} ${styles.own}`}>
      <div class={styles.row}>
        <Icon node={FileIcon} />
        <span class={styles.name}>
          {name}
          {!problem && <small>{chat.file.uploading(percent)}</small>}
        </span>
        {problem && files.mayResend(clientId) && (
          <button
            type="button"
            class={styles.tool}
            aria-label={chat.resend}
            onClick={() => files.resend(clientId)}
          >
            <Icon node={RotateCw} />
          </button>
        )}
        <button
          type="button"
          class={styles.tool}
          aria-label={chat.file.cancel}
          onClick={() => files.cancel(clientId)}
        >
          <Icon node={X} />
        </button>
      </div>
      {problem ? (
        <p class={styles.problem} role="alert">
          {chat.file[problem]}
        </p>
      ) : (
        <progress class={styles.progress} aria-label={name} value={percent} max={100} />
      )}
    </div>
  );
}

export function AttachButton({ onFiles }: { onFiles: (files: File[]) => void }) {
  const { chat } = callWords.value;
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <input
        ref={input}
        class="hidden"
        type="file"
        multiple
        tabIndex={-1}
        aria-hidden
        onChange={({ currentTarget }) => {
          onFiles([...(currentTarget.files ?? [])]);
          // The same file again is a choice again.
          currentTarget.value = '';
        }}
      />
      <button
        type="button"
        class={styles.tool}
        aria-label={chat.attach}
        title={chat.attach}
        onClick={() => input.current?.click()}
      >
        <Icon node={Paperclip} />
      </button>
    </>
  );
}
