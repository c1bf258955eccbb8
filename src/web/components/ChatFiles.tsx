import { useSignal } from '@preact/signals';
import { Download, File as FileIcon, Paperclip, RotateCw, X } from 'lucide';
import { useEffect, useRef } from 'preact/hooks';
import type { ChatFile } from '../../protocol/messages.ts';
import { isHandheld } from '../browser/support.ts';
import { callWords } from '../i18n/call/index.ts';
import type { CallModel } from '../models/call.ts';
import { FileRefused } from '../models/fetchWhole.ts';
import { type FilesModel, mayPreview, type Upload } from '../models/files.ts';
import styles from './ChatFiles.module.css';
import { Icon } from './Icon.tsx';

/** Up to this size a picture is shown unasked; a larger one on a bad line takes from the voice. */
const UNASKED_BYTES = 512 * 1024;

/** A file that was sent: its name, a picture where it is one, and the way to have it. */
export function FileMessage({ file, call }: { file: ChatFile; call: CallModel }) {
  const text = callWords.value.chat.file;
  const problem = useSignal<'gone' | 'readTooFast' | null>(null);
  const busy = useSignal(false);
  const download = async () => {
    if (busy.value) return;
    busy.value = true;
    problem.value = null;
    await call.files.download(file).catch((error) => {
      problem.value = isTooFast(error) ? 'readTooFast' : 'gone';
    });
    busy.value = false;
  };
  return (
    // The button inside does the same by keyboard.
    // biome-ignore lint/a11y/noStaticElementInteractions: the manual's double click, beside the button
    <div class={styles.file} title={isHandheld() ? undefined : text.hint} onDblClick={() => void download()}>
      {mayPreview(file) && <Preview file={file} call={call} />}
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
          onClick={() => void download()}
          // Two clicks on the button are one download, not three.
          onDblClick={(event) => event.stopPropagation()}
        >
          <Icon node={Download} />
        </button>
      </div>
      {problem.value && (
        <p class={styles.problem} role="alert">
          {text[problem.value]}
        </p>
      )}
    </div>
  );
}

const isTooFast = (error: unknown) => error instanceof FileRefused && error.tooFast;

type PreviewProps = { file: ChatFile; call: CallModel };

function Preview({ file, call }: PreviewProps) {
  const text = callWords.value.chat.file;
  const url = useSignal<string | null>(null);
  const asked = useSignal(file.bytes <= UNASKED_BYTES);
  useEffect(() => {
    if (!asked.value) return;
    let gone = false;
    let made: string | null = null;
    const show = (found: string) => {
      made = found;
      if (gone) URL.revokeObjectURL(found);
      else url.value = found;
    };
    call.files.preview(file).then(show, (error) => {
      // What is no picture, whatever its name says, is shown as a file alone.
      if (isTooFast(error) && !gone) asked.value = false;
    });
    return () => {
      gone = true;
      if (made) URL.revokeObjectURL(made);
    };
  }, [asked.value]);
  if (url.value) return <img class={styles.preview} src={url.value} alt={file.name} />;
  if (asked.value) return null;
  return (
    <button
      type="button"
      class={styles.ask}
      onClick={() => {
        asked.value = true;
      }}
    >
      {text.preview}
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
