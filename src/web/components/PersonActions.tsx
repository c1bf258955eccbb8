import { Camera, Maximize2, Pause, Play, ZoomIn, ZoomOut } from 'lucide';
import type { PeerInfo } from '../../protocol/messages.ts';
import type { PictureFit } from '../browser/pictureFit.ts';
import { callWords } from '../i18n/call/index.ts';
import type { CallModel } from '../models/call.ts';
import type { Interview } from '../models/interview.ts';
import { Icon } from './Icon.tsx';
import { nameOf } from './nameOf.ts';
import styles from './PersonActions.module.css';

type PersonActionsProps = {
  peer: PeerInfo;
  interview: Interview;
  call: CallModel;
  /** Of the picture beside them. */
  fit?: PictureFit;
  inList?: boolean;
};

/** What can be done about one person: seen larger by anyone, put on hold and captured by the interviewer. */
export function PersonActions({ peer, interview, call, fit, inList }: PersonActionsProps) {
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
      {fit?.hasChoice.value && peer.camera && !held && <FitButton fit={fit} name={name} />}
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
          onClick={() => void call.capture.take(peer.id, name)}
        >
          <Icon node={Camera} size={20} />
          <span>{people.capture}</span>
        </button>
      )}
    </div>
  );
}

function FitButton({ fit, name }: { fit: PictureFit; name: string }) {
  const { people } = callWords.value;
  const isWhole = fit.fit.value === 'whole';
  return (
    <button
      type="button"
      class={styles.action}
      title={isWhole ? people.fillOf(name) : people.wholeOf(name)}
      onClick={fit.toggle}
    >
      <Icon node={isWhole ? ZoomIn : ZoomOut} size={20} />
      <span>{isWhole ? people.fill : people.whole}</span>
    </button>
  );
}

/** Who is large already is not enlarged. */
function mayEnlarge({ people }: Interview, { stage }: CallModel, { id }: PeerInfo): boolean {
  const isLarge = stage.view.value === 'enlarged' && stage.main.value === id && !stage.sharer.value;
  return people.inCall.value.length > 1 && !isLarge;
}
