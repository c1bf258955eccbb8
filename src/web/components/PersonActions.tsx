import { Camera, type IconNode, Maximize2, Pause, Play, ZoomIn, ZoomOut } from 'lucide';
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
  const isInterviewer = interview.seat.role.value === 'interviewer';
  const held = peer.state === 'held';
  const mayHold = isInterviewer && peer.role === 'applicant';
  return (
    <div class={`${styles.actions} ${inList ? styles.inList : ''}`}>
      {!inList && mayEnlarge(interview, call, peer) && (
        <Action icon={Maximize2} title={people.enlargeOf(name)} onClick={() => call.stage.enlarge(peer.id)} />
      )}
      {fit?.hasChoice.value && peer.camera && !held && <FitButton fit={fit} name={name} />}
      {mayHold && (
        <Action
          icon={held ? Play : Pause}
          title={held ? people.endHoldOf(name) : people.holdOf(name)}
          label={held ? people.endHold : people.hold}
          onClick={() => void interview.interviewer.setHold(peer.id, !held)}
        />
      )}
      {mayHold && (
        <Action
          icon={Camera}
          title={people.captureOf(name)}
          label={people.capture}
          disabled={held || !peer.camera}
          onClick={() => void call.capture.take(peer.id, name)}
        />
      )}
    </div>
  );
}

function FitButton({ fit, name }: { fit: PictureFit; name: string }) {
  const { people } = callWords.value;
  const isWhole = fit.fit.value === 'whole';
  return (
    <Action
      icon={isWhole ? ZoomIn : ZoomOut}
      title={isWhole ? people.fillOf(name) : people.wholeOf(name)}
      label={isWhole ? people.fill : people.whole}
      onClick={fit.toggle}
    />
  );
}

type ActionProps = {
  icon: IconNode;
  /** What it does, and with whom. */
  title: string;
  /** The short of it, written beside the picture; without it the title is its name. */
  label?: string;
  disabled?: boolean;
  onClick: () => void;
};

function Action({ icon, title, label, ...props }: ActionProps) {
  return (
    <button
      type="button"
      class={styles.action}
      title={label && title}
      aria-label={label ? undefined : title}
      {...props}
    >
      <Icon node={icon} size={20} />
      {label && <span>{label}</span>}
    </button>
  );
}

/** Who is large already is not enlarged. */
function mayEnlarge({ people }: Interview, { stage }: CallModel, { id }: PeerInfo): boolean {
  const isLarge = stage.view.value === 'enlarged' && stage.main.value === id && !stage.sharer.value;
  return people.inCall.value.length > 1 && !isLarge;
}
