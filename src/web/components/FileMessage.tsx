import { Download } from 'lucide';
import { useEffect, useMemo } from 'preact/hooks';
import type { ChatFile } from '../../protocol/messages.ts';
import { isHandheld } from '../browser/support.ts';
import { callWords } from '../i18n/call/index.ts';
import type { CallModel } from '../models/call.ts';
import { createShownFile, type ShownFile } from '../models/shownFile.ts';
import { FileCard } from './FileCard.tsx';
import styles from './FileMessage.module.css';
import { IconButton } from './IconButton.tsx';

/** A file that was sent: its name, a picture where it is one, and the way to have it. */
export function FileMessage({ file, call }: { file: ChatFile; call: CallModel }) {
  const text = callWords.value.chat.file;
  const shown = useMemo(() => createShownFile(file, call.files), [file.id, call]);
  useEffect(shown.begin, [shown]);
  const problem = shown.problem.value;
  const download = () => void shown.download();
  return (
    <FileCard
      name={file.name}
      note={text.size(file.bytes)}
      hint={isHandheld() ? undefined : text.hint}
      onDblClick={download}
      above={<Preview name={file.name} shown={shown} />}
      tools={
        <IconButton
          icon={Download}
          label={text.open(file.name)}
          onClick={download}
          // Two clicks on the button are one download, not three.
          onDblClick={(event) => event.stopPropagation()}
        />
      }
      problem={problem && text[problem]}
    />
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
