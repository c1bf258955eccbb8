import { useSignal } from '@preact/signals';
import { characters, limits } from '../../protocol/limits.ts';
import { words } from '../i18n/language.ts';
import type { InterviewerModel } from '../models/interviewer.ts';
import { Button } from './Button.tsx';
import { Notice } from './Notice.tsx';
import { TextArea } from './TextField.tsx';
import { TextWithLinks } from './TextWithLinks.tsx';
import styles from './WaitingMessage.module.css';

/** What whoever waits is told, by those who made the room or by an interviewer. */
export function WaitingMessage({ interviewer }: { interviewer: InterviewerModel }) {
  const text = interviewer.waitingMessage.value;
  if (text === '') return null;
  return (
    <Notice kind="info" title={words.value.waiting.message.title}>
      <p class={styles.text}>
        <TextWithLinks text={text} />
      </p>
    </Notice>
  );
}

/** Where an interviewer writes it; `isTitled`: it stands below a title that says the same. */
export function WaitingMessageForm({
  interviewer,
  isTitled = false,
}: {
  interviewer: InterviewerModel;
  isTitled?: boolean;
}) {
  const { label, hint, send, sent, failed } = words.value.waiting.message;
  const draft = useSignal(interviewer.waitingMessage.value);
  const outcome = useSignal<'sent' | 'failed' | null>(null);
  const most = limits.waitingMessageCharacters;
  const isOver = characters(draft.value) > most;
  const tell = async () => {
    outcome.value = null;
    outcome.value = await interviewer.tellWaiting(draft.value).then(
      () => 'sent' as const,
      () => 'failed' as const,
    );
  };
  return (
    <form
      class={styles.form}
      onSubmit={(event) => {
        event.preventDefault();
        void tell();
      }}
    >
      <TextArea
        label={label}
        labelHidden={isTitled}
        hint={hint(most)}
        rows={3}
        value={draft.value}
        error={isOver ? words.value.tooLong(most) : undefined}
        onInput={(written) => {
          draft.value = written;
          outcome.value = null;
        }}
      />
      <div class={styles.send}>
        <Button
          type="submit"
          kind="secondary"
          disabled={isOver || draft.value.trim() === interviewer.waitingMessage.value}
        >
          {send}
        </Button>
        <span role="status">{outcome.value === 'sent' && sent}</span>
      </div>
      {outcome.value === 'failed' && (
        <Notice kind="error">
          <p>{failed}</p>
        </Notice>
      )}
    </form>
  );
}
