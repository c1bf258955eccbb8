import {
  Grid2x2,
  Hand,
  LogOut,
  Maximize2,
  MessageSquare,
  Monitor,
  MonitorOff,
  Settings2,
  Users,
} from 'lucide';
import { useEffect, useRef } from 'preact/hooks';
import { narrow } from '../browser/narrow.ts';
import { callWords } from '../i18n/call/index.ts';
import { mayShare } from '../media/screen.ts';
import type { CallModel } from '../models/call.ts';
import type { Interview } from '../models/interview.ts';
import styles from './ControlBar.module.css';
import type { Control } from './control.ts';
import { DeviceToggle } from './DeviceToggle.tsx';
import { Icon } from './Icon.tsx';
import { MoreMenu } from './MoreMenu.tsx';

type BarProps = { interview: Interview; call: CallModel };

/** The call's controls in the order of the manual; 「退出」 apart, in red. Without room some are in 「詳細アクション」. */
export function ControlBar({ interview, call }: BarProps) {
  const folded = narrow.value;
  const left = present([viewControl(call), peopleControl(interview, call)]);
  const hand = present([handControl(interview)]);
  const right = present([shareControl(interview, call), settingsControl(interview, call)]);
  return (
    <div class={styles.bar}>
      {!folded && <BarButtons controls={left} />}
      <ChatControl interview={interview} call={call} />
      {!folded && <BarButtons controls={hand} />}
      <DeviceToggle
        kind="microphone"
        on={interview.own.microphoneShown.value}
        onToggle={interview.own.toggleMicrophone}
        className={styles.control}
      />
      <DeviceToggle
        kind="camera"
        on={interview.own.cameraShown.value}
        onToggle={interview.own.toggleCamera}
        className={styles.control}
      />
      {!folded && <BarButtons controls={right} />}
      <MoreMenu
        interview={interview}
        call={call}
        folded={folded ? [...left, ...hand, ...right] : []}
        className={styles.control}
        openClassName={styles.active}
      />
      <button
        type="button"
        class={`${styles.control} ${styles.leave}`}
        onClick={() => {
          call.dialog.value = 'leave';
        }}
      >
        <Icon node={LogOut} />
        <span>{callWords.value.bar.leave}</span>
      </button>
    </div>
  );
}

const present = (controls: (Control | null)[]) => controls.filter((control) => control !== null);

function viewControl({ stage }: CallModel): Control {
  const { bar } = callWords.value;
  const toTile = stage.view.value === 'enlarged';
  return {
    key: 'view',
    icon: toTile ? Grid2x2 : Maximize2,
    label: toTile ? bar.toTile : bar.toEnlarged,
    onPress: stage.toggleView,
  };
}

/** The list of participants is the interviewer's. */
function peopleControl({ seat }: Interview, { peopleOpen, togglePeople }: CallModel): Control | null {
  if (seat.role.value !== 'interviewer') return null;
  const { people } = callWords.value.bar;
  return { key: 'people', icon: Users, label: people, pressed: peopleOpen.value, onPress: togglePeople };
}

function handControl({ own, toggleHand }: Interview): Control {
  const { bar } = callWords.value;
  const raised = own.handRaised.value;
  const label = raised ? bar.lower : bar.raise;
  return { key: 'hand', icon: Hand, label, pressed: raised, onPress: () => void toggleHand() };
}

function shareControl({ own, held }: Interview, { sharing }: CallModel): Control | null {
  if (!mayShare() || held.value) return null;
  const { bar } = callWords.value;
  const shares = own.screenTrack.value !== null;
  return {
    key: 'share',
    icon: shares ? MonitorOff : Monitor,
    label: shares ? bar.stopSharing : bar.share,
    pressed: shares,
    onPress: sharing.toggle,
  };
}

/** The interviewer has it in 「詳細アクション」. */
function settingsControl({ seat }: Interview, { dialog }: CallModel): Control | null {
  if (seat.role.value !== 'applicant') return null;
  const onPress = () => {
    dialog.value = 'settings';
  };
  return { key: 'settings', icon: Settings2, label: callWords.value.menu.settings, onPress };
}

function BarButtons({ controls }: { controls: readonly Control[] }) {
  return (
    <>
      {controls.map(({ key, icon, label, pressed, onPress }) => (
        <button
          key={key}
          type="button"
          class={`${styles.control} ${pressed ? styles.active : ''}`}
          aria-label={label}
          onClick={onPress}
        >
          <Icon node={icon} />
          <span aria-hidden>{label}</span>
        </button>
      ))}
    </>
  );
}

function ChatControl({ interview: { chat }, call }: BarProps) {
  const { bar } = callWords.value;
  const unread = chat.unread.value;
  const isOpen = chat.isOpen.value;
  const control = useRef<HTMLButtonElement>(null);
  const wasOpen = useRef(false);
  // Where the panel was opened from is where its closing leads back to.
  useEffect(() => {
    if (wasOpen.current && !isOpen && !call.peopleOpen.peek()) control.current?.focus();
    wasOpen.current = isOpen;
  }, [isOpen]);
  const news = unread > 0 ? bar.unread(unread) : '';
  return (
    <>
      <button
        ref={control}
        type="button"
        class={`${styles.control} ${isOpen ? styles.active : ''}`}
        aria-expanded={isOpen}
        onClick={call.toggleChat}
      >
        <Icon node={MessageSquare} />
        <span>{bar.chat}</span>
        {unread > 0 && (
          <span class={styles.badge} aria-hidden>
            {unread > 99 ? '99+' : unread}
          </span>
        )}
        {news && <span class="hidden"> {news}</span>}
      </button>
      <span class="hidden" role="status">
        {news && `${bar.chat} ${news}`}
      </span>
    </>
  );
}
