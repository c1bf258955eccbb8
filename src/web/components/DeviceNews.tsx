import { words } from '../i18n/language.ts';
import type { DeviceKind } from '../media/deviceProblem.ts';
import type { Interview } from '../models/interview.ts';
import { Button } from './Button.tsx';
import styles from './DeviceNews.module.css';
import { Notice } from './Notice.tsx';
import { useInSight } from './useInSight.ts';

/** In the waiting room: a device that is used instead of another, and one that the system has silenced. */
export function DeviceNews({ interview: { devices } }: { interview: Interview }) {
  const { device, tryAgain } = words.value;
  const changes = devices.changes.value;
  const kinds: DeviceKind[] = ['microphone', 'camera'];
  const silent = kinds.filter((kind) => devices.interrupted.value[kind]);
  const ref = useInSight<HTMLDivElement>(changes.at(-1));
  if (changes.length === 0 && silent.length === 0) return null;
  return (
    <div ref={ref} class={styles.news}>
      {changes.map(({ kind, why, label }) => (
        <Notice key={kind} kind="info">
          <p>{device.changed[kind][why](label)}</p>
        </Notice>
      ))}
      {silent.length > 0 && (
        <Notice kind="warning">
          <p>{device.interrupted(device.names(silent))}</p>
          <Button kind="secondary" onClick={() => void devices.renew()}>
            {tryAgain}
          </Button>
        </Notice>
      )}
    </div>
  );
}
