import type { ComponentChildren, KeyboardEventHandler, Ref } from 'preact';
import { useId } from 'preact/hooks';
import styles from './TextField.module.css';

type FrameProps = {
  label: string;
  /** Only read out: what stands around it says the same. */
  labelHidden?: boolean;
  hint?: string;
  /** What is wrong with what is written, read out when it appears; empty: nothing, and its place is kept free. */
  error?: string;
  /** How much is written, shown while nothing is wrong. */
  count?: string;
  /** Beside the count, at the end of its line. */
  tools?: ComponentChildren;
};

type TextFieldProps = FrameProps & {
  value: string;
  autocomplete?: string;
  disabled?: boolean;
  ref?: Ref<HTMLInputElement>;
  /** Without it the text is there to be copied, and selected as a whole. */
  onInput?: (text: string) => void;
  onBlur?: () => void;
};

/** One line to be written, with what is to be said about it. */
export function TextField({ value, autocomplete, disabled, ref, onInput, onBlur, ...frame }: TextFieldProps) {
  const id = useId();
  return (
    <Frame id={id} {...frame}>
      <input
        ref={ref}
        {...described(id, frame)}
        class={styles.input}
        type="text"
        autocomplete={autocomplete}
        enterkeyhint="done"
        value={value}
        disabled={disabled}
        readOnly={!onInput}
        onInput={({ currentTarget }) => onInput?.(currentTarget.value)}
        onFocus={({ currentTarget }) => !onInput && currentTarget.select()}
        onBlur={onBlur}
      />
    </Frame>
  );
}

type TextAreaProps = FrameProps & {
  value: string;
  placeholder?: string;
  /** How many lines it shows; without it as many as are written, within limits. */
  rows?: number;
  ref?: Ref<HTMLTextAreaElement>;
  onInput: (text: string) => void;
  onKeyDown?: KeyboardEventHandler<HTMLTextAreaElement>;
};

/** Several lines to be written, with what is to be said about them. */
export function TextArea({ value, placeholder, rows, ref, onInput, onKeyDown, ...frame }: TextAreaProps) {
  const id = useId();
  return (
    <Frame id={id} {...frame}>
      <textarea
        ref={ref}
        {...described(id, frame)}
        class={`${styles.input} ${styles.area} ${rows ? '' : styles.growing}`}
        placeholder={placeholder}
        rows={rows}
        value={value}
        onInput={({ currentTarget }) => onInput(currentTarget.value)}
        onKeyDown={onKeyDown}
      />
    </Frame>
  );
}

/** What ties a field to the words around it. */
const described = (id: string, { hint, error }: FrameProps) => ({
  id,
  'aria-describedby': `${hint ? `${id}-hint ` : ''}${id}-below`,
  'aria-invalid': !!error,
});

function Frame({
  id,
  label,
  labelHidden,
  hint,
  error,
  count,
  tools,
  children,
}: FrameProps & { id: string; children: ComponentChildren }) {
  return (
    <div class={styles.field}>
      <label class={labelHidden ? 'hidden' : styles.label} for={id}>
        {label}
      </label>
      {hint && (
        <span class={styles.hint} id={`${id}-hint`}>
          {hint}
        </span>
      )}
      {children}
      {(error !== undefined || count !== undefined) && (
        <div class={styles.foot}>
          <span class={styles.below} id={`${id}-below`}>
            <span class={styles.error} role="alert">
              {error}
            </span>
            {!error && <span class={styles.count}>{count}</span>}
          </span>
          {tools}
        </div>
      )}
    </div>
  );
}
