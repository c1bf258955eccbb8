import { MonitorUp, ServerCog, TriangleAlert, UserRoundX, Volume2, WifiOff } from 'lucide';
import { useEffect, useMemo } from 'preact/hooks';
import { keepFocus } from '../browser/keepFocus.ts';
import { keepScreenOn } from '../browser/keepScreenOn.ts';
import { otherLink } from '../browser/link.ts';
import { pageSeen } from '../browser/pageSeen.ts';
import { releaseSound, soundHeldBack } from '../browser/playback.ts';
import { followShortcuts } from '../browser/shortcuts.ts';
import { stay } from '../browser/stay.ts';
import { AdmissionRequests } from '../components/AdmissionRequests.tsx';
import { BackgroundDialog } from '../components/BackgroundDialog.tsx';
import { Button } from '../components/Button.tsx';
import { CallClock } from '../components/CallClock.tsx';
import { Chat } from '../components/Chat.tsx';
import { ClearChatDialog } from '../components/ClearChatDialog.tsx';
import { ControlBar } from '../components/ControlBar.tsx';
import { DeviceProblems } from '../components/DeviceProblems.tsx';
import { DeviceSettings } from '../components/DeviceSettings.tsx';
import { Heading } from '../components/Heading.tsx';
import { Held } from '../components/Held.tsx';
import { HelpDialog } from '../components/HelpDialog.tsx';
import { Icon } from '../components/Icon.tsx';
import { LeaveDialog } from '../components/LeaveDialog.tsx';
import { MiniWindow } from '../components/MiniWindow.tsx';
import { OtherLinkDialog } from '../components/OtherLinkDialog.tsx';
import { Participants } from '../components/Participants.tsx';
import { Popups } from '../components/Popups.tsx';
import { QualityDialog } from '../components/QualityDialog.tsx';
import { tellOfRequests } from '../components/requestNotice.ts';
import { interviewText } from '../components/roomText.ts';
import { SendingTrouble } from '../components/SendingTrouble.tsx';
import { Tiles } from '../components/Tiles.tsx';
import { VolumeDialog } from '../components/VolumeDialog.tsx';
import { WaitingMessageDialog } from '../components/WaitingMessageDialog.tsx';
import { callWords } from '../i18n/call/index.ts';
import { words } from '../i18n/language.ts';
import { tellOfBeginning } from '../models/begun.ts';
import { type CallModel, createCall } from '../models/call.ts';
import type { Interview } from '../models/interview.ts';
import styles from './Call.module.css';

type CallProps = { interview: Interview; call: CallModel };

/** 「通話」: the people, one bar of controls, and one panel beside them. */
export function Call({ interview }: { interview: Interview }) {
  const call = useMemo(() => createCall(interview), [interview]);
  useEffect(() => call.stop, [call]);
  useEffect(keepScreenOn, []);
  useEffect(
    () => () => {
      otherLink.value = null;
    },
    [],
  );
  useEffect(keepFocus, []);
  useEffect(() => tellOfRequests(interview), [interview]);
  // Once what reads it out is there: what stands in it from the first is not read.
  useEffect(
    () => tellOfBeginning({ seat: interview.seat, popups: call.popups, pageSeen }),
    [interview, call],
  );
  useEffect(
    () =>
      stay(() => {
        call.dialog.value = 'leave';
      }),
    [call],
  );
  useEffect(
    () =>
      followShortcuts({
        microphone: interview.own.toggleMicrophone,
        camera: interview.own.toggleCamera,
        chat: call.toggleChat,
        hand: () => void interview.toggleHand(),
      }),
    [call, interview],
  );
  return (
    <main class={styles.call}>
      <Heading hidden>{heading(interview)}</Heading>
      <Line interview={interview} />
      <OwnSharing interview={interview} call={call} />
      <div class={styles.stage}>
        <div class={styles.room}>
          <div class={styles.people}>
            <CallClock interview={interview} />
            <div class={styles.view}>
              {interview.held.value ? <Held /> : <Tiles interview={interview} call={call} />}
              <AdmissionRequests interview={interview} />
              <div class={styles.news} data-complaint={complains(interview)}>
                <Complaint interview={interview} />
                <SendingTrouble interview={interview} />
                <Popups popups={call.popups} />
                <Hear />
              </div>
            </div>
          </div>
          {interview.chat.isOpen.value && <Chat interview={interview} call={call} />}
          {call.peopleOpen.value && <Participants interview={interview} call={call} />}
        </div>
        <ControlBar interview={interview} call={call} />
      </div>
      <OpenDialog interview={interview} call={call} />
      <MiniWindow interview={interview} call={call} />
    </main>
  );
}

/** With whose interview it is, where that is said: the call shows its people, and no line above them. */
function heading({ seat }: Interview): string {
  const { title } = callWords.value;
  const room = seat.room.value;
  const shown = room && interviewText(room);
  return shown ? words.value.room.together([shown, title]) : title;
}

function OpenDialog({ interview, call }: CallProps) {
  const { dialog } = call;
  const shown = dialog.value;
  // The browser tells late that a dialog was closed: another one may be open by then.
  const onClose = () => {
    if (dialog.value === shown) dialog.value = null;
  };
  const props = { interview, onClose };
  if (otherLink.value) return <OtherLinkDialog url={otherLink.value} />;
  switch (shown) {
    case 'leave':
      return <LeaveDialog {...props} />;
    case 'settings':
      return <DeviceSettings {...props} />;
    case 'background':
      return <BackgroundDialog {...props} />;
    case 'volume':
      return <VolumeDialog {...props} />;
    case 'quality':
      return <QualityDialog {...props} />;
    case 'clearChat':
      return <ClearChatDialog call={call} onClose={onClose} />;
    case 'waitingMessage':
      return <WaitingMessageDialog {...props} />;
    case 'help':
      return <HelpDialog token={interview.token} onClose={onClose} />;
    case null:
      return null;
  }
}

/** Trouble with the connection, the interviewer's or the server, quietly, and what the page does about it; or a background too heavy. */
function Line({ interview }: { interview: Interview }) {
  const { status, media, stopsAt, effects, seat, people } = interview;
  const { lines, device } = words.value;
  const lost = status.value === 'lost';
  const trouble = media.state.value === 'trouble';
  const slow = effects.problem.value === 'slow';
  return (
    <div role="status">
      {(lost || trouble) && (
        <p class={styles.line}>
          <Icon node={WifiOff} size={20} />
          {lost ? lines.lost : lines.trouble}
        </p>
      )}
      {!lost && seat.role.value === 'applicant' && people.interviewer.value !== 'there' && (
        <p class={styles.line}>
          <Icon node={UserRoundX} size={20} />
          {callWords.value.interviewerAway[people.interviewer.value]}
        </p>
      )}
      {!lost && stopsAt.value && (
        <p class={styles.line}>
          <Icon node={ServerCog} size={20} />
          {callWords.value.stopping(stopsAt.value)}
        </p>
      )}
      {slow && (
        <p class={styles.line}>
          <Icon node={TriangleAlert} size={20} />
          {device.slow}
          <Button kind="secondary" onClick={() => effects.chooseBackground('none')}>
            {device.turnOffBackground}
          </Button>
        </p>
      )}
    </div>
  );
}

/** That one's own screen is seen by the others must never be forgotten. */
function OwnSharing({ interview, call }: CallProps) {
  const { sharing, bar } = callWords.value;
  if (!interview.own.screenTrack.value) return null;
  return (
    <div class={styles.sharing} role="status">
      <Icon node={MonitorUp} size={20} />
      {interview.own.screenSound.value ? sharing.ownWithSound : sharing.own}
      <Button kind="secondary" onClick={call.sharing.toggle}>
        {bar.stopSharing}
      </Button>
    </div>
  );
}

/** A device that failed in the call: which, why and what to do, until the person has read it. */
function Complaint({ interview }: { interview: Interview }) {
  const { own } = interview;
  if (!complains(interview)) return null;
  return (
    <div class={styles.complaint}>
      <DeviceProblems interview={interview} />
      <Button
        kind="secondary"
        onClick={() => {
          own.complaining.value = false;
        }}
      >
        {words.value.close}
      </Button>
    </div>
  );
}

/** Whether there is such a complaint to be read. */
function complains({ own, devices }: Interview): boolean {
  const { microphone, camera } = devices.problems.value;
  return own.complaining.value && Boolean(microphone || camera);
}

/** Some browsers hold sound back until the page is touched. */
function Hear() {
  if (!soundHeldBack.value) return null;
  return (
    <div class={styles.hear}>
      <Button onClick={releaseSound}>
        <Icon node={Volume2} />
        {callWords.value.hear}
      </Button>
    </div>
  );
}
