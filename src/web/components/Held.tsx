import { Pause } from 'lucide';
import { callWords } from '../i18n/call/index.ts';
import styles from './Held.module.css';
import { Icon } from './Icon.tsx';

/** In place of the people while one is on hold. */
export function Held() {
  const { hold } = callWords.value;
  return (
    <div class={styles.held} role="alert">
      <Icon node={Pause} size={48} />
      <h2>{hold.title}</h2>
      <p>{hold.body}</p>
    </div>
  );
}
