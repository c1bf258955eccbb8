import { ImagePlus, Trash2 } from 'lucide';
import { useEffect, useMemo } from 'preact/hooks';
import { words } from '../i18n/language.ts';
import { settingsWords } from '../i18n/settings/index.ts';
import { backgroundPictures, type PictureId } from '../media/background/pictures.ts';
import type { Interview } from '../models/interview.ts';
import { createOwnPicture } from '../models/ownPicture.ts';
import styles from './BackgroundDialog.module.css';
import { Button } from './Button.tsx';
import { Dialog } from './Dialog.tsx';
import { FileChooser } from './FileChooser.tsx';
import { Icon } from './Icon.tsx';
import { Notice } from './Notice.tsx';
import { Video } from './Video.tsx';

/** 「背景を選択」: nothing, blur, a picture of ours or one's own, seen at once in one's own picture. */
export function BackgroundDialog({ interview, onClose }: { interview: Interview; onClose: () => void }) {
  const text = settingsWords.value.background;
  const { effects } = interview;
  const own = useMemo(() => createOwnPicture(effects), [effects]);
  useEffect(() => own.stop, [own]);
  const problem = own.problem.value;
  return (
    <Dialog title={text.title} onClose={onClose}>
      <div class={styles.preview}>
        <Video video={effects.camera.value} label={words.value.device.preview} className={styles.video} />
        {effects.preparing.value && <p role="status">{words.value.device.preparing}</p>}
      </div>
      <p class={styles.hint}>{text.lead}</p>
      {effects.problem.value === 'failed' && (
        <Notice kind="error">
          <p>{words.value.device.backgroundFailed}</p>
        </Notice>
      )}
      <fieldset class={styles.choices}>
        <legend class="hidden">{text.title}</legend>
        <Choice interview={interview} value="none" />
        <Choice interview={interview} value="blur" />
        {backgroundPictures.map(({ id, url }) => (
          <Choice key={id} interview={interview} value={id} picture={url} />
        ))}
        {own.url.value && <Choice interview={interview} value="own" picture={own.url.value} />}
      </fieldset>
      {problem && (
        <Notice kind="error">
          <p>{text.problems[problem]}</p>
        </Notice>
      )}
      <div class={styles.add}>
        <FileChooser accept="image/jpeg,image/png" onFiles={([file]) => file && void own.add(file)}>
          {(choose) => (
            <Button kind="secondary" onClick={choose}>
              <Icon node={ImagePlus} size={20} />
              {text.add}
            </Button>
          )}
        </FileChooser>
        <span class={styles.hint}>{text.addHint}</span>
        {own.url.value && (
          <Button kind="text" onClick={() => void own.remove()}>
            <Icon node={Trash2} size={20} />
            {text.remove}
          </Button>
        )}
      </div>
    </Dialog>
  );
}

type ChoiceProps = { interview: Interview; value: 'none' | 'blur' | 'own' | PictureId; picture?: string };

function Choice({ interview: { effects }, value, picture }: ChoiceProps) {
  return (
    <label class={styles.choice}>
      <input
        type="radio"
        name="background"
        value={value}
        checked={effects.background.value === value}
        onChange={() => effects.chooseBackground(value)}
      />
      {picture ? (
        <img src={picture} alt="" />
      ) : (
        <span class={`${styles.sample} ${styles[value]}`} aria-hidden />
      )}
      <span>{settingsWords.value.background.choices[value]}</span>
    </label>
  );
}
