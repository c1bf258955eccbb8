import { Image, Mic, Settings2 } from 'lucide';
import { words } from '../i18n/language.ts';
import { backgroundSupported } from '../media/background/supported.ts';
import type { Interview } from '../models/interview.ts';
import { DeviceToggle } from './DeviceToggle.tsx';
import { Icon } from './Icon.tsx';
import { LevelBar } from './LevelBar.tsx';
import styles from './SelfView.module.css';
import { Video } from './Video.tsx';

type SelfViewProps = { interview: Interview; onOpen: (name: 'settings' | 'background') => void };

/** Oneself as the others will see and hear one, with both switches. */
export function SelfView({ interview, onOpen }: SelfViewProps) {
  const { devices, effects, own } = interview;
  const { device } = words.value;
  const shown = own.sending.value.camera;
  return (
    <section aria-label={device.preview}>
      <div class={`${styles.frame} ${shown ? '' : styles.off}`}>
        <Video video={effects.camera.value} label={device.preview} className={styles.video} />
        {!shown && <p>{whyDark(interview)}</p>}
      </div>
      <div class={styles.level}>
        <Icon node={Mic} size={20} />
        <LevelBar track={own.microphoneOn.value ? devices.microphone.value : null} />
      </div>
      <div class={styles.toggles}>
        <DeviceToggle
          kind="microphone"
          on={own.microphoneShown.value}
          onToggle={own.toggleMicrophone}
          className={styles.toggle}
        />
        <DeviceToggle
          kind="camera"
          on={own.cameraShown.value}
          onToggle={own.toggleCamera}
          className={styles.toggle}
        />
        <button type="button" class={styles.toggle} onClick={() => onOpen('settings')}>
          <Icon node={Settings2} />
          {device.settings}
        </button>
        {backgroundSupported() && (
          <button type="button" class={styles.toggle} onClick={() => onOpen('background')}>
            <Icon node={Image} />
            {device.background}
          </button>
        )}
      </div>
    </section>
  );
}

function whyDark({ devices, effects }: Interview): string {
  const { device } = words.value;
  if (effects.preparing.value) return device.preparing;
  return devices.opening.value ? device.opening : device.cameraOff;
}
