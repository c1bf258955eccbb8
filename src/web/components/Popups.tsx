import type { PopupsModel } from '../models/popups.ts';
import { CloseButton } from './CloseButton.tsx';
import styles from './Popups.module.css';
import { popupActionText, popupText } from './popupWords.ts';

/** What the person is told beside the call, at the lower left, and read out as it comes. */
export function Popups({ popups }: { popups: PopupsModel }) {
  return (
    <div class={styles.popups} role="status">
      {popups.all.value.map(({ key, message, action }) => (
        <div key={key} class={styles.popup}>
          <p>{popupText(message)}</p>
          {action && (
            <button
              type="button"
              class={styles.action}
              onClick={() => {
                popups.close(key);
                action();
              }}
            >
              {popupActionText(message)}
            </button>
          )}
          <CloseButton size={20} onClick={() => popups.dismiss(key)} />
        </div>
      ))}
    </div>
  );
}
