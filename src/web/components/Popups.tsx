import { X } from 'lucide';
import { words } from '../i18n/language.ts';
import type { PopupsModel } from '../models/popups.ts';
import { Icon } from './Icon.tsx';
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
          <button
            type="button"
            class={styles.close}
            aria-label={words.value.close}
            onClick={() => popups.close(key)}
          >
            <Icon node={X} size={20} />
          </button>
        </div>
      ))}
    </div>
  );
}
