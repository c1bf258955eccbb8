import { Hand, type IconNode, MonitorUp, Pause, TriangleAlert, WifiOff } from 'lucide';
import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { SentSource } from '../../protocol/sources.ts';
import type { PictureFit } from '../browser/pictureFit.ts';
import { callWords } from '../i18n/call/index.ts';
import { deviceIcons } from './DeviceToggle.tsx';
import { Icon } from './Icon.tsx';
import styles from './Tile.module.css';
import { Video } from './Video.tsx';

type TileProps = {
  /** Empty: not to be shown. */
  name: string;
  company?: string;
  own?: boolean;
  video: MediaStreamTrack | null;
  audio?: MediaStreamTrack | null;
  microphone: boolean;
  camera: boolean;
  handRaised: boolean;
  sharing: boolean;
  held?: boolean;
  connected?: boolean;
  /** What is on and does not arrive. */
  unsent?: readonly SentSource[] | undefined;
  className?: string | undefined;
  /** Follows who speaks, without rendering; the returned function ends that. */
  ring?: (element: Element) => () => void;
  /** Is given the element with the picture; the returned function ends that. */
  followVideo?: (video: HTMLVideoElement) => () => void;
  fit?: PictureFit;
  peerId?: string;
  onEnlarge?: () => void;
  children?: ComponentChildren;
};

/** One person in the call: picture or first letter, name, hand, and what is off. */
export function Tile(props: TileProps) {
  const { name, own, video, audio, camera, held, className, ring, onEnlarge, children } = props;
  const text = callWords.value;
  const tile = useRef<HTMLLIElement>(null);
  useEffect(() => (tile.current && ring ? ring(tile.current) : undefined), [ring]);
  const visible = camera && video !== null && !held;
  const classes = [styles.tile, own && styles.own, !visible && styles.dark, className]
    .filter(Boolean)
    .join(' ');
  const called = name || text.participant;
  return (
    <li ref={tile} class={classes} data-peer={props.peerId} onDblClick={onEnlarge}>
      <Video
        video={video}
        audio={audio}
        label={text.tile(called)}
        className={styles.video}
        fit={props.fit}
        follow={props.followVideo}
      />
      {!visible && (
        <span class={styles.avatar} aria-hidden>
          {[...called][0]}
        </span>
      )}
      <div class={styles.head}>
        {props.handRaised && (
          <span class={styles.hand}>
            <Icon node={Hand} size={20} label={own ? text.popups.ownHand : text.popups.hand(called)} />
          </span>
        )}
        <Badge {...props} />
      </div>
      <Foot {...props} />
      {children}
    </li>
  );
}

function Badge({ held, sharing, own, unsent = [], connected = true }: TileProps) {
  const text = callWords.value;
  // One's own is told with what can be done about it.
  const missing = !own && unsent.length > 0 && text.unsent.theirs(unsent);
  const badges: [IconNode, string | false | undefined][] = [
    [WifiOff, !connected && text.reconnecting],
    [Pause, held && text.onHold],
    [TriangleAlert, missing],
    [MonitorUp, sharing && text.sharing.now],
  ];
  const [icon, said] = badges.find(([, words]) => words) ?? [];
  if (!icon) return null;
  return (
    <span class={styles.badge}>
      <Icon node={icon} size={16} />
      <span>{said}</span>
    </span>
  );
}

function Foot({ name, company, own, microphone, camera, unsent = [] }: TileProps) {
  const { you, off } = callWords.value;
  const { theirs } = callWords.value.unsent;
  return (
    <div class={styles.foot}>
      {name ? (
        <span class={styles.name}>
          {own ? you(name) : name}
          {company && ` / ${company}`}
        </span>
      ) : (
        <span />
      )}
      <span class={styles.states}>
        {unsent.length > 0 && <Icon node={TriangleAlert} size={20} label={theirs(unsent)} />}
        {!microphone && <Icon node={deviceIcons.microphone.off} size={20} label={off.microphone} />}
        {!camera && <Icon node={deviceIcons.camera.off} size={20} label={off.camera} />}
      </span>
    </div>
  );
}
