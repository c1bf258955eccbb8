import { useSignal } from '@preact/signals';
import { ImagePlus, Trash2 } from 'lucide';
import { useEffect, useRef } from 'preact/hooks';
import { words } from '../i18n/language.ts';
import { settingsWords } from '../i18n/settings/index.ts';
import { checkPicture, forgetPicture, keepPicture, keptPicture } from '../media/background/ownPicture.ts';
import { type PictureId, pictures } from '../media/background/pictures.ts';
import type { Interview } from '../models/interview.ts';
import styles from './BackgroundDialog.module.css';
import { Button } from './Button.tsx';
import { Dialog } from './Dialog.tsx';
import { Icon } from './Icon.tsx';
import { Notice } from './Notice.tsx';
import { Video } from './Video.tsx';

type PictureProblem = 'tooBig' | 'notPicture' | 'broken' | 'notKept';

/** 「背景を選択」: nothing, blur, a picture of ours or one's own, seen at once in one's own picture. */
export function BackgroundDialog({ interview, onClose }: { interview: Interview; onClose: () => void }) {
  const text = settingsWords.value.background;
  const { effects } = interview;
  const own = useOwnPicture();
  const problem = useSignal<PictureProblem | null>(null);
  const add = async (file: File) => {
    problem.value = (await checkPicture(file)) ?? ((await own.keep(file)) ? null : 'notKept');
    if (problem.value) return;
    // Another picture under the same choice: chosen anew, it is read anew.
    effects.chooseBackground('none');
    effects.chooseBackground('own');
  };
  const remove = async () => {
    if (effects.background.value === 'own') effects.chooseBackground('none');
    await own.forget();
  };
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
        {pictures.map(({ id, url }) => (
          <Choice key={id} interview={interview} value={id} picture={url} />
        ))}
        {own.url.value && <Choice interview={interview} value="own" picture={own.url.value} />}
      </fieldset>
      {problem.value && (
        <Notice kind="error">
          <p>{text.problems[problem.value]}</p>
        </Notice>
      )}
      <div class={styles.add}>
        <AddButton onFile={(file) => void add(file)} />
        {own.url.value && (
          <Button kind="text" onClick={() => void remove()}>
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

function AddButton({ onFile }: { onFile: (file: File) => void }) {
  const text = settingsWords.value.background;
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <input
        ref={input}
        class="hidden"
        type="file"
        accept="image/jpeg,image/png"
        tabIndex={-1}
        aria-hidden
        onChange={({ currentTarget }) => {
          const [file] = currentTarget.files ?? [];
          if (file) onFile(file);
          // The same file again is a choice again.
          currentTarget.value = '';
        }}
      />
      <Button kind="secondary" onClick={() => input.current?.click()}>
        <Icon node={ImagePlus} size={20} />
        {text.add}
      </Button>
      <span class={styles.hint}>{text.addHint}</span>
    </>
  );
}

/** One's own picture as this browser keeps it. */
function useOwnPicture() {
  const url = useSignal<string | null>(null);
  const show = (picture: Blob | null) => {
    if (url.peek()) URL.revokeObjectURL(url.peek() as string);
    url.value = picture && URL.createObjectURL(picture);
  };
  useEffect(() => {
    void keptPicture().then(show);
    return () => show(null);
  }, []);
  return {
    url,
    /** Whether it was kept. */
    async keep(file: File): Promise<boolean> {
      await keepPicture(file).catch(() => undefined);
      const kept = await keptPicture();
      show(kept);
      return kept !== null;
    },
    async forget(): Promise<void> {
      await forgetPicture();
      show(null);
    },
  };
}
