import { useSignal } from '@preact/signals';
import { Volume2, WifiOff } from 'lucide';
import { useEffect } from 'preact/hooks';
import { Button } from '../components/Button.tsx';
import { Chat } from '../components/Chat.tsx';
import { ControlBar } from '../components/ControlBar.tsx';
import { DeviceProblems } from '../components/DeviceProblems.tsx';
import { Heading } from '../components/Heading.tsx';
import { Icon } from '../components/Icon.tsx';
import { LeaveDialog } from '../components/LeaveDialog.tsx';
import { Requests } from '../components/Requests.tsx';
import { Tiles } from '../components/Tiles.tsx';
import { words } from '../i18n/language.ts';
import type { Interview } from '../models/interview.ts';
import { releaseSound, soundHeldBack } from '../models/playback.ts';
import { keepScreenOn } from '../models/wake-lock.ts';
import styles from './Call.module.css';

/** 「通話」: the people, one bar of controls, the chat beside them. */
export function Call({ interview }: { interview: Interview }) {
  const leaving = useSignal(false);
  useEffect(keepScreenOn, []);
  return (
    <div class={styles.call}>
      <Heading className="hidden">{words.value.call.title}</Heading>
      <Line interview={interview} />
      <div class={styles.stage}>
        <main class={styles.room}>
          <div class={styles.people}>
            <Tiles interview={interview} />
            <Requests interview={interview} />
            <Complaint interview={interview} />
            <Hear />
          </div>
          {interview.chat.isOpen.value && <Chat chat={interview.chat} />}
        </main>
        <ControlBar
          interview={interview}
          onLeave={() => {
            leaving.value = true;
          }}
        />
      </div>
      {leaving.value && (
        <LeaveDialog
          interview={interview}
          onStay={() => {
            leaving.value = false;
          }}
        />
      )}
    </div>
  );
}

/** Trouble with the connection, quietly, and what the page is doing about it. */
function Line({ interview: { status, mediaState } }: { interview: Interview }) {
  const { lines } = words.value.call;
  const lost = status.value === 'lost';
  const trouble = mediaState.value === 'trouble';
  return (
    <div role="status">
      {(lost || trouble) && (
        <p class={styles.line}>
          <Icon node={WifiOff} size={20} />
          {lost ? lines.lost : lines.trouble}
        </p>
      )}
    </div>
  );
}

/** A device that failed in the call: which, why and what to do, until the person has read it. */
function Complaint({ interview }: { interview: Interview }) {
  const { complaining, devices } = interview;
  const { microphone, camera } = devices.problems.value;
  if (!complaining.value || !(microphone || camera)) return null;
  return (
    <div class={styles.complaint}>
      <DeviceProblems interview={interview} />
      <Button
        kind="secondary"
        onClick={() => {
          complaining.value = false;
        }}
      >
        {words.value.close}
      </Button>
    </div>
  );
}

/** Some browsers hold sound back until the page is touched. */
function Hear() {
  if (!soundHeldBack.value) return null;
  return (
    <div class={styles.hear}>
      <Button onClick={releaseSound}>
        <Icon node={Volume2} />
        {words.value.call.hear}
      </Button>
    </div>
  );
}
