import { words } from '../i18n/language.ts';
import type { Interview } from '../models/interview.ts';
import { Button } from './Button.tsx';
import styles from './SwitchDevice.module.css';

/** In place of the next step, while somebody has the seat by this link, as a rule the person on another device: the way to go on here. */
export function SwitchDevice({ interview: { seat, status } }: { interview: Interview }) {
  const { move } = words.value.waiting;
  const asked = seat.moveAsked.value;
  return (
    <div class={styles.switch}>
      <Button
        kind={asked ? 'secondary' : 'primary'}
        large
        disabled={seat.busy.value || status.value !== 'open'}
        describedBy="switch-hint"
        onClick={() => void seat.toggleMove()}
      >
        {asked ? move.cancel : move.button}
      </Button>
      <p class={styles.hint} id="switch-hint" role="status">
        {asked ? move.asked : move.hint}
      </p>
    </div>
  );
}
