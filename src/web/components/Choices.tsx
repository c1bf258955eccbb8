import styles from './Choices.module.css';

type ChoicesProps<T extends string> = {
  /** What is chosen, for those who listen. */
  label: string;
  chosen: T;
  options: readonly { value: T; name: string; hint?: string }[];
  onChoose: (value: T) => void;
};

/** One of a few, each with what it means. */
export function Choices<T extends string>({ label, chosen, options, onChoose }: ChoicesProps<T>) {
  return (
    <fieldset class={styles.choices}>
      <legend class="hidden">{label}</legend>
      {options.map(({ value, name, hint }) => (
        <label key={value} class={`${styles.choice} ${value === chosen ? styles.chosen : ''}`}>
          <input
            type="radio"
            name={label}
            value={value}
            checked={value === chosen}
            onChange={() => onChoose(value)}
          />
          <span>
            <strong>{name}</strong>
            {hint && <small>{hint}</small>}
          </span>
        </label>
      ))}
    </fieldset>
  );
}
