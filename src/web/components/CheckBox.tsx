import styles from './CheckBox.module.css';

type CheckBoxProps = {
  label: string;
  checked: boolean;
  /** The box shows what was pressed until `checked` says otherwise. */
  onChange: (checked: boolean, box: HTMLInputElement) => void;
};

/** One thing that is on or off, in a dialog; its words can be pressed too. */
export function CheckBox({ label, checked, onChange }: CheckBoxProps) {
  return (
    <label class={styles.label}>
      <input
        type="checkbox"
        checked={checked}
        onChange={({ currentTarget }) => onChange(currentTarget.checked, currentTarget)}
      />
      {label}
    </label>
  );
}
