import { useEffect, useRef } from 'preact/hooks';
import { words } from '../i18n/language.ts';
import { watchLevel } from '../media/levels.ts';
import styles from './LevelBar.module.css';

/** How loud a microphone is, straight to the DOM: a render fifteen times a second would be felt. */
export function LevelBar({ track }: { track: MediaStreamTrack | null }) {
  const bar = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!track) return;
    return watchLevel(track, (level) => {
      if (bar.current) bar.current.style.transform = `scaleX(${level.toFixed(2)})`;
    });
  }, [track]);
  return (
    <div class={styles.bar} role="img" aria-label={words.value.device.level}>
      <div ref={bar} class={styles.level} />
    </div>
  );
}
