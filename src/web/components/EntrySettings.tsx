import { words } from '../i18n/language.ts';
import type { InterviewerModel } from '../models/interviewer.ts';
import styles from './EntrySettings.module.css';
import { Notice } from './Notice.tsx';

const parts = ['microphone', 'camera', 'names'] as const;

/** 「参加者の一括設定」: how participants enter the call. */
export function EntrySettings({ interviewer }: { interviewer: InterviewerModel }) {
  const text = words.value.waiting.entry;
  const entry = interviewer.entry.value;
  if (!entry) return null;
  return (
    <fieldset class={styles.entry}>
      <legend>{text.title}</legend>
      <p>{text.hint}</p>
      <div class={styles.parts}>
        {parts.map((part) => (
          <label key={part} class={styles.part}>
            <input
              type="checkbox"
              checked={entry[part]}
              onChange={({ currentTarget }) =>
                void interviewer.changeEntry({ [part]: currentTarget.checked })
              }
            />
            {text[part]}
          </label>
        ))}
      </div>
      {interviewer.entryFailed.value && (
        <Notice kind="error">
          <p>{text.failed}</p>
        </Notice>
      )}
    </fieldset>
  );
}
