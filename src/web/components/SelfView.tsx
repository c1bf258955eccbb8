import { Mic } from 'lucide';
import { words } from '../i18n/language.ts';
import type { Interview } from '../models/interview.ts';
import toggleStyles from './DeviceToggle.module.css';
import { DeviceToggle } from './DeviceToggle.tsx';
import { Icon } from './Icon.tsx';
import { LevelBar } from './LevelBar.tsx';
import styles from './SelfView.module.css';
import { Video } from './Video.tsx';

/** Oneself as the others will see and hear one, with both switches. */
export function SelfView({ interview }: { interview: Interview }) {
  const { devices, microphoneOn, sending } = interview;
  const { device } = words.value;
  const shown = sending.value.camera;
  return (
    <section aria-label={device.preview}>
      <div class={`${styles.frame} ${shown ? '' : styles.off}`}>
        <Video video={devices.camera.value} label={device.preview} className={styles.video} />
        {!shown && <p>{devices.opening.value ? device.opening : device.cameraOff}</p>}
      </div>
      <div class={styles.level}>
        <Icon node={Mic} size={20} />
        <LevelBar track={microphoneOn.value ? devices.microphone.value : null} />
      </div>
      <div class={styles.toggles}>
        <DeviceToggle
          kind="microphone"
          on={interview.microphoneShown.value}
          onToggle={interview.toggleMicrophone}
          className={toggleStyles.toggle}
          inWords
        />
        <DeviceToggle
          kind="camera"
          on={interview.cameraShown.value}
          onToggle={interview.toggleCamera}
          className={toggleStyles.toggle}
          inWords
        />
      </div>
    </section>
  );
}
