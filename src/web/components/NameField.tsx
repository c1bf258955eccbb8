import type { Signal } from '@preact/signals';
import { useSignal } from '@preact/signals';
import { useId } from 'preact/hooks';
import { nameProblem } from '../../protocol/names.ts';
import { words } from '../i18n/language.ts';
import styles from './NameField.module.css';

type FieldProps = {
  label: string;
  hint?: string;
  value: Signal<string>;
  autocomplete: string;
  disabled?: boolean;
};

/** A name to be typed, with what is wrong with it once the person has been there. */
export function NameField({ label, hint, value, autocomplete, disabled }: FieldProps) {
  const id = useId();
  const touched = useSignal(false);
  const problem = nameProblem(value.value);
  const shown = problem && (problem !== 'empty' || touched.value) ? words.value.waiting.names[problem] : null;
  return (
    <div class={styles.field}>
      <label class={styles.label} for={id}>
        {label}
      </label>
      {hint && (
        <span class={styles.hint} id={`${id}-hint`}>
          {hint}
        </span>
      )}
      <input
        id={id}
        class={styles.input}
        type="text"
        autocomplete={autocomplete}
        enterkeyhint="done"
        value={value.value}
        disabled={disabled}
        aria-describedby={`${hint ? `${id}-hint ` : ''}${id}-problem`}
        aria-invalid={shown !== null}
        onInput={({ currentTarget }) => {
          value.value = currentTarget.value;
        }}
        onBlur={() => {
          touched.value = true;
        }}
      />
      <span class={styles.problem} id={`${id}-problem`} role="alert">
        {shown}
      </span>
    </div>
  );
}
