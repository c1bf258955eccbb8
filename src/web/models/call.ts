/** What a person does in the call, beyond the interview itself: made with the call's screen, and gone with it. */
import { effect, signal } from '@preact/signals';
import type { ChatMessage, PeerInfo } from '../../protocol/messages.ts';
import { callWords } from '../i18n/call/index.ts';
import { createFiles } from './files.ts';
import type { Interview } from './interview.ts';
import { watchLine } from './line.ts';
import { watchMutedTalk } from './mutedTalk.ts';
import { createPopups } from './popups.ts';
import { createSharing } from './sharing.ts';
import { createSpeaker } from './speaker.ts';
import { createStage } from './stage.ts';

export type DialogName = 'leave' | 'settings' | 'background' | 'volume' | 'quality' | 'help' | 'clearChat';

export type CallModel = ReturnType<typeof createCall>;

export function createCall(interview: Interview) {
  const { people, chat } = interview;
  const popups = createPopups();
  const speaker = createSpeaker(people.inCall, interview.media.levelOf);
  const stage = createStage(people.inCall, speaker.speaker);
  const dialog = signal<DialogName | null>(null);
  const peopleOpen = signal(false);
  const sharing = createSharing({
    own: interview.own,
    request: interview.request,
    onProblem: (problem) => popups.show({ key: 'sharing', text: callWords.value.sharing[problem] }),
  });
  const files = createFiles({
    token: interview.token,
    resumeKey: interview.seat.resumeKey,
    onSent: (message) => chat.add(message),
  });

  const stops = [
    popups.stop,
    speaker.stop,
    files.stop,
    tellOfPeople(interview, popups.show),
    tellOfTurnedOff(interview, popups),
    watchMutedTalk({
      microphone: interview.devices.microphone,
      microphoneOn: interview.own.microphoneOn,
      onTalk: () =>
        popups.show({
          key: 'muted',
          text: callWords.value.told.muted,
          action: { label: callWords.value.told.unmute, run: interview.own.toggleMicrophone },
        }),
    }),
    effect(() => {
      if (interview.own.microphoneOn.value) popups.close('muted');
    }),
    watchLine({
      sendsCamera: interview.sendsCamera,
      stats: interview.media.sendStats,
      onBad() {
        interview.own.cameraOn.value = false;
        popups.show({
          key: 'line',
          text: callWords.value.told.badLine,
          action: { label: callWords.value.told.cameraOn, run: interview.own.toggleCamera },
        });
      },
    }),
    effect(() => {
      if (interview.own.cameraOn.value) popups.close('line');
    }),
  ];

  return {
    popups,
    speaker,
    stage,
    sharing,
    files,
    dialog,
    peopleOpen,
    /** One panel at a time stands beside the people. */
    togglePeople(): void {
      if (chat.isOpen.value) chat.toggle();
      peopleOpen.value = !peopleOpen.value;
    },
    toggleChat(): void {
      peopleOpen.value = false;
      chat.toggle();
    },
    deleteMessage: async ({ id }: ChatMessage) => {
      await interview.request('deleteMessage', { messageId: id }).catch(() => {
        popups.show({ key: 'delete', text: callWords.value.chat.deleteFailed });
      });
    },
    clearChat: async () => {
      dialog.value = null;
      await interview.request('clearChat', {}).catch(() => {
        popups.show({ key: 'delete', text: callWords.value.chat.deleteFailed });
      });
    },
    stop(): void {
      for (const stop of stops) stop();
    },
  };
}

type Show = ReturnType<typeof createPopups>['show'];

/** Who came, who went, and who has raised a hand. */
function tellOfPeople({ people }: Interview, show: Show): () => void {
  let before = new Map<string, PeerInfo>(people.inCall.peek().map((peer) => [peer.id, peer]));
  return effect(() => {
    const { told } = callWords.peek();
    const now = new Map(people.inCall.value.map((peer) => [peer.id, peer]));
    for (const peer of now.values()) {
      if (!before.has(peer.id)) show({ key: `came-${peer.id}`, text: told.joined(nameOf(peer)) });
      if (peer.handRaised && !before.get(peer.id)?.handRaised)
        show({ key: `hand-${peer.id}`, text: told.hand(nameOf(peer)) });
    }
    for (const peer of before.values()) {
      // Who goes while the line is lost has not come back in time.
      const say = peer.connected ? told.left : told.lost;
      if (!now.has(peer.id)) show({ key: `came-${peer.id}`, text: say(nameOf(peer)) });
    }
    before = now;
  });
}

/** What was turned off for this person, and the way back. */
function tellOfTurnedOff(
  { own: { turnedOff, microphoneOn, cameraOn, toggleMicrophone, toggleCamera } }: Interview,
  popups: ReturnType<typeof createPopups>,
): () => void {
  return effect(() => {
    const what = turnedOff.value;
    if (!what) return popups.close('turnedOff');
    const { told } = callWords.peek();
    const { devices } = told;
    const both = what.microphone && what.camera;
    const name = both ? devices.both : devices[what.microphone ? 'microphone' : 'camera'];
    const turnOn = () => {
      turnedOff.value = null;
      if (what.microphone && !microphoneOn.peek()) toggleMicrophone();
      if (what.camera && !cameraOn.peek()) toggleCamera();
    };
    popups.show({
      key: 'turnedOff',
      text: told.turnedOff[what.by](name),
      action: { label: told.turnOn, run: turnOn },
    });
  });
}

/** A person's name, or what stands for one that is not shown. */
export const nameOf = ({ name }: { name: string }) => name || callWords.value.participant;
