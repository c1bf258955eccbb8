import { Camera, Maximize2, Pause, Play } from 'lucide';
import type { PeerInfo } from '../../protocol/messages.ts';
import { callWords } from '../i18n/call/index.ts';
import { capturePicture } from '../media/capture.ts';
import { type CallModel, nameOf } from '../models/call.ts';
import type { Interview } from '../models/interview.ts';
import { saveAs } from '../models/records.ts';
import { Icon } from './Icon.tsx';
import styles from './PersonActions.module.css';

type PersonActionsProps = { peer: PeerInfo; interview: Interview; call: CallModel; inList?: boolean };

/** What can be done about one person: seen larger by anyone, put on hold and captured by the interviewer. */
export function PersonActions({ peer, interview, call, inList }: PersonActionsProps) {
  const { people } = callWords.value;
  const name = nameOf(peer);
  const isHost = interview.seat.role.value === 'interviewer';
  const held = peer.state === 'held';
  const mayHold = isHost && peer.role === 'applicant';
  return (
    <div class={`${styles.actions} ${inList ? styles.inList : ''}`}>
      {!inList && mayEnlarge(interview, call, peer) && (
        <button
          type="button"
          class={styles.action}
          aria-label={people.enlargeOf(name)}
          onClick={() => call.stage.enlarge(peer.id)}
        >
          <Icon node={Maximize2} size={20} />
        </button>
      )}
      {mayHold && (
        <button
          type="button"
          class={styles.action}
          title={held ? people.endHoldOf(name) : people.holdOf(name)}
          onClick={() => void interview.host.setHold(peer.id, !held)}
        >
          <Icon node={held ? Play : Pause} size={20} />
          <span>{held ? people.endHold : people.hold}</span>
        </button>
      )}
      {mayHold && (
        <button
          type="button"
          class={styles.action}
          title={people.captureOf(name)}
          disabled={held || !peer.camera}
          onClick={() => void capture(peer, interview, call)}
        >
          <Icon node={Camera} size={20} />
          <span>{people.capture}</span>
        </button>
      )}
    </div>
  );
}

/** Who is large already is not enlarged. */
function mayEnlarge({ people }: Interview, { stage }: CallModel, { id }: PeerInfo): boolean {
  const isLarge = stage.view.value === 'enlarged' && stage.main.value === id && !stage.sharer.value;
  return people.inCall.value.length > 1 && !isLarge;
}

/** 「画面をキャプチャする」: the other's camera as a picture, saved on this device. */
async function capture(peer: PeerInfo, { host }: Interview, { popups }: CallModel): Promise<void> {
  const { people } = callWords.value;
  const video = document.querySelector<HTMLVideoElement>(`[data-peer="${CSS.escape(peer.id)}"] video`);
  try {
    if (!video) throw new Error('there is no picture of this person');
    const picture = await capturePicture(video);
    await host.allowCapture(peer.id);
    saveAs(picture, fileNameOf(peer, new Date()));
    popups.show({ key: 'capture', text: people.captured });
  } catch {
    popups.show({ key: 'capture', text: people.captureFailed });
  }
}

/** 佐藤花子_20261123-164500.png, in local time. */
function fileNameOf(peer: PeerInfo, at: Date): string {
  const two = (number: number) => String(number).padStart(2, '0');
  const day = `${at.getFullYear()}${two(at.getMonth() + 1)}${two(at.getDate())}`;
  const time = `${two(at.getHours())}${two(at.getMinutes())}${two(at.getSeconds())}`;
  return `${nameOf(peer)}_${day}-${time}.png`;
}
