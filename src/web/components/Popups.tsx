import { X } from 'lucide';
import { words } from '../i18n/language.ts';
import type { PopupsModel } from '../models/popups.ts';
import { Icon } from './Icon.tsx';
import styles from './Popups.module.css';

/** What the person is told beside the call, at the lower left, and read out as it comes. */
export function Popups({ popups }: { popups: PopupsModel }) {
  return (
    <div class={styles.popups} role="status">
      {popups.all.value.map(({ key, text, action }) => (
        <div key={key} class={styles.popup}>
          <p>{text}</p>
          {action && (
            <button
              type="button"
              class={styles.action}
              onClick={() => {
                popups.close(key);
                action.run();
              }}
            >
              {action.label}
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
