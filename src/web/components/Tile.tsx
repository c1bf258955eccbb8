import { words } from '../i18n/language.ts';
import { deviceIcons } from './DeviceToggle.tsx';
import { Icon } from './Icon.tsx';
import styles from './Tile.module.css';
import { Video } from './Video.tsx';

type TileProps = {
  name: string;
  company?: string;
  own?: boolean;
  video: MediaStreamTrack | null;
  audio?: MediaStreamTrack | null;
  microphone: boolean;
  camera: boolean;
  connected?: boolean;
  className?: string;
};

/** One person in the call: picture or first letter, name, and what is off. */
export function Tile({
  name,
  company,
  own,
  video,
  audio,
  microphone,
  camera,
  connected = true,
  className,
}: TileProps) {
  const { call } = words.value;
  const visible = camera && video !== null;
  const classes = [styles.tile, own && styles.own, !visible && styles.dark, className]
    .filter(Boolean)
    .join(' ');
  return (
    <li class={classes}>
      <Video video={video} audio={audio} label={call.tile(name)} className={styles.video} />
      {!visible && (
        <span class={styles.avatar} aria-hidden>
          {[...name][0]}
        </span>
      )}
      <div class={styles.foot}>
        <span class={styles.name}>
          {own ? call.you(name) : name}
          {company && ` / ${company}`}
        </span>
        <span class={styles.states}>
          {!microphone && <Icon node={deviceIcons.microphone.off} size={20} label={call.off.microphone} />}
          {!camera && <Icon node={deviceIcons.camera.off} size={20} label={call.off.camera} />}
        </span>
      </div>
      {!connected && <span class={styles.badge}>{call.reconnecting}</span>}
    </li>
  );
}
