import type { PeerInfo } from '../../protocol/messages.ts';
import { callWords } from '../i18n/call/index.ts';
import type { CallModel } from '../models/call.ts';
import type { Interview } from '../models/interview.ts';
import { Button } from './Button.tsx';
import { deviceIcons } from './DeviceToggle.tsx';
import { Icon } from './Icon.tsx';
import { nameOf } from './nameOf.ts';
import { Panel } from './Panel.tsx';
import styles from './Participants.module.css';
import { PersonActions } from './PersonActions.tsx';

type PanelProps = { interview: Interview; call: CallModel };

/** 「参加者」: everyone in the call and at its door, and what can be done about each. */
export function Participants({ interview, call }: PanelProps) {
  const text = callWords.value.people;
  return (
    <Panel title={text.title} onClose={call.togglePeople} focused>
      <ul class={styles.list}>
        <Self interview={interview} />
        {interview.people.inCall.value.map((peer) => (
          <Person key={peer.id} peer={peer} interview={interview} call={call} />
        ))}
        {interview.people.requests.value.map((peer) => (
          <Asking key={peer.id} peer={peer} interview={interview} />
        ))}
      </ul>
    </Panel>
  );
}

function Self({ interview: { seat, own } }: { interview: Interview }) {
  const { people, you } = callWords.value;
  return (
    <li class={styles.person}>
      <Who
        name={you(seat.name.value.trim())}
        below={`${people.roles.interviewer} ${seat.company.value.trim()}`}
      />
      <Devices {...own.sending.value} />
    </li>
  );
}

function Person({ peer, interview, call }: PanelProps & { peer: PeerInfo }) {
  const { people, reconnecting, unsent } = callWords.value;
  const now = peer.unsent?.length ? unsent.theirs(peer.unsent) : people.states.inCall;
  const state = peer.state === 'held' ? people.states.held : now;
  const below = [people.roles[peer.role], peer.company, peer.connected ? state : reconnecting];
  return (
    <li class={styles.person}>
      <Who name={nameOf(peer)} below={below.filter(Boolean).join(' ・ ')} />
      <Devices {...peer} />
      {peer.role === 'applicant' && <PersonActions peer={peer} interview={interview} call={call} inList />}
    </li>
  );
}

function Asking({ peer, interview: { interviewer } }: { peer: PeerInfo; interview: Interview }) {
  const { people, allow, deny } = callWords.value;
  return (
    <li class={styles.person}>
      <Who name={nameOf(peer)} below={people.states.requesting} />
      <div class={styles.answers}>
        <Button kind="secondary" onClick={() => void interviewer.deny(peer.id)}>
          {deny}
        </Button>
        <Button onClick={() => void interviewer.admit(peer.id)}>{allow}</Button>
      </div>
    </li>
  );
}

function Who({ name, below }: { name: string; below: string }) {
  return (
    <p class={styles.who}>
      <strong>{name}</strong>
      <small>{below}</small>
    </p>
  );
}

function Devices({ microphone, camera }: { microphone: boolean; camera: boolean }) {
  const { off } = callWords.value;
  return (
    <span class={styles.devices}>
      {!microphone && <Icon node={deviceIcons.microphone.off} size={20} label={off.microphone} />}
      {!camera && <Icon node={deviceIcons.camera.off} size={20} label={off.camera} />}
    </span>
  );
}
