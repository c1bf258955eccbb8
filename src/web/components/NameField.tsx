import type { Signal } from '@preact/signals';
import { useSignal } from '@preact/signals';
import { nameProblem } from '../../protocol/names.ts';
import { words } from '../i18n/language.ts';
import { TextField } from './TextField.tsx';

type NameFieldProps = {
  label: string;
  hint?: string;
  value: Signal<string>;
  autocomplete: string;
  disabled?: boolean;
};

/** A name to be typed, with what is wrong with it once the person has been there. */
export function NameField({ label, hint, value, autocomplete, disabled }: NameFieldProps) {
  const touched = useSignal(false);
  const problem = nameProblem(value.value);
  const shown = problem && (problem !== 'empty' || touched.value) ? words.value.waiting.names[problem] : '';
  return (
    <TextField
      label={label}
      hint={hint}
      value={value.value}
      error={shown}
      autocomplete={autocomplete}
      disabled={disabled}
      onInput={(text) => {
        value.value = text;
      }}
      onBlur={() => {
        touched.value = true;
      }}
    />
  );
}
