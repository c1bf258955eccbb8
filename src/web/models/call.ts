import { computed, effect, signal } from '@preact/signals';
import type { ChatMessage, PeerInfo } from '../../protocol/messages.ts';
import type { DeviceKind } from '../media/deviceProblem.ts';
import type { DeviceChange } from '../media/devices.ts';
import { createCapture } from './capture.ts';
import { createFiles } from './files.ts';
import { tellOfHiddenScreen } from './hiddenScreen.ts';
import type { Interview } from './interview.ts';
import { watchLine } from './line.ts';
import { createMiniWindow } from './miniWindow.ts';
import { watchMutedTalk } from './mutedTalk.ts';
import { createPopups, type PopupsModel } from './popups.ts';
import { createSharing } from './sharing.ts';
import { shownName } from './shownName.ts';
import { createSpeaker } from './speaker.ts';
import { createStage } from './stage.ts';

/** What can be open over the call, one at a time. */
export type DialogName =
  | 'leave'
  | 'settings'
  | 'background'
  | 'volume'
  | 'quality'
  | 'help'
  | 'clearChat'
  | 'waitingMessage';

export type CallModel = ReturnType<typeof createCall>;

/** What a person does in the call, beyond the interview itself: made with the call's screen, and gone with it. */
export function createCall(interview: Interview) {
  const { people, chat } = interview;
  const popups = createPopups();
  const speaker = createSpeaker(people.inCall, interview.media.levelOf);
  const stage = createStage(people.inCall, speaker.speaker, interview.memory);
  const dialog = signal<DialogName | null>(null);
  const peopleOpen = signal(false);
  const sharing = createSharing({
    own: interview.own,
    shareScreen: interview.shareScreen,
    onProblem: (problem) => popups.show({ key: 'sharing', message: { about: 'sharing', problem } }),
  });
  const capture = createCapture({ interviewer: interview.interviewer, popups });
  const miniWindow = createMiniWindow({
    main: stage.main,
    elementOf: capture.elementOf,
  });
  const files = createFiles({
    token: interview.token,
    resumeKey: interview.seat.resumeKey,
    newestAt: chat.newestAt,
    onSent: (message) => chat.add(message),
  });

  const stops = [
    popups.stop,
    speaker.stop,
    files.stop,
    sharing.stop,
    miniWindow.stop,
    tellOfDevices(interview, popups),
    tellOfPeople(interview, popups.show),
    tellOfTurnedOff(interview, popups),
    tellOfEnd(interview, popups),
    watchMutedTalk({
      microphone: interview.devices.microphone,
      microphoneOn: interview.own.microphoneOn,
      onTalk() {
        // That others have turned it off stands there already, with the way back.
        if (interview.own.turnedOff.peek()?.microphone) return;
        popups.show({
          key: 'muted',
          message: { about: 'muted' },
          action: interview.own.toggleMicrophone,
        });
      },
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
          message: { about: 'badLine' },
          action: interview.own.toggleCamera,
        });
      },
    }),
    effect(() => {
      if (interview.own.cameraOn.value) popups.close('line');
    }),
    tellOfHiddenScreen({
      sharer: stage.sharer,
      quality: interview.own.quality,
      isChoosing: computed(() => dialog.value === 'quality'),
      choose() {
        dialog.value = 'quality';
      },
      popups,
    }),
  ];

  return {
    popups,
    speaker,
    stage,
    sharing,
    files,
    capture,
    miniWindow,
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
        popups.show({ key: 'delete', message: { about: 'deleteFailed' } });
      });
    },
    /** 「全員をミュート」 and 「全員のカメラを無効にする」, and what came of it. */
    turnOffAll: async (device: DeviceKind) => {
      const key = `turnedOffAll-${device}`;
      await interview.interviewer.turnOffAll(device).then(
        ({ people: count }) => popups.show({ key, message: { about: 'turnedOffAll', device, count } }),
        () => popups.show({ key, message: { about: 'turnOffAllFailed', device } }),
      );
    },
    clearChat: async () => {
      dialog.value = null;
      await interview.request('clearChat', {}).catch(() => {
        popups.show({ key: 'delete', message: { about: 'deleteFailed' } });
      });
    },
    stop(): void {
      for (const stop of stops) stop();
    },
  };
}

type Show = PopupsModel['show'];

/** Who came, who went, and who has raised a hand. */
function tellOfPeople({ people, interviewer }: Interview, show: Show): () => void {
  // By peek: nothing is told anew as names are hidden.
  const nameOf = (peer: PeerInfo) => shownName(peer, interviewer.entry.peek());
  let before = new Map<string, PeerInfo>(people.inCall.peek().map((peer) => [peer.id, peer]));
  return effect(() => {
    const now = new Map(people.inCall.value.map((peer) => [peer.id, peer]));
    for (const peer of now.values()) {
      const { id, handRaised } = peer;
      const name = nameOf(peer);
      if (!before.has(id)) show({ key: `came-${id}`, message: { about: 'joined', name } });
      if (handRaised && !before.get(id)?.handRaised)
        show({ key: `hand-${id}`, message: { about: 'hand', name } });
    }
    for (const peer of before.values()) {
      const { id, connected, pageClosed } = peer;
      // Who goes while the line is lost has not come back in time.
      const about = connected || pageClosed ? 'left' : 'lost';
      if (!now.has(id)) show({ key: `came-${id}`, message: { about, name: nameOf(peer) } });
    }
    before = now;
  });
}

/** Another device is used than was; and one that the system has silenced, for as long as it has. */
function tellOfDevices({ devices }: Interview, popups: PopupsModel): () => void {
  let shown = devices.changes.peek();
  const keyOf = ({ kind }: DeviceChange) => `device-${kind}`;
  const stops = [
    effect(() => {
      const changes = devices.changes.value;
      const outdated = shown.filter((change) => !changes.includes(change));
      for (const change of outdated) popups.close(keyOf(change));
      for (const change of changes)
        if (!shown.includes(change))
          popups.show({ key: keyOf(change), message: { about: 'device', change } });
      shown = changes;
    }),
    effect(() => {
      const kinds: DeviceKind[] = ['microphone', 'camera'];
      const silent = kinds.filter((kind) => devices.interrupted.value[kind]);
      if (silent.length === 0) return popups.close('interrupted');
      popups.show({
        key: 'interrupted',
        message: { about: 'interrupted', devices: silent },
        action: () => void devices.renew(),
      });
    }),
  ];
  return () => {
    for (const stop of stops) stop();
  };
}

/** What was turned off for this person, and the way back. */
function tellOfTurnedOff({ own }: Interview, popups: PopupsModel): () => void {
  const { turnedOff, microphoneOn, cameraOn, toggleMicrophone, toggleCamera } = own;
  return effect(() => {
    const what = turnedOff.value;
    if (!what) return popups.close('turnedOff');
    const one = what.microphone ? 'microphone' : 'camera';
    const devices = what.microphone && what.camera ? 'both' : one;
    popups.show({
      key: 'turnedOff',
      message: { about: 'turnedOff', by: what.by, devices },
      action() {
        turnedOff.value = null;
        if (what.microphone && !microphoneOn.peek()) toggleMicrophone();
        if (what.camera && !cameraOn.peek()) toggleCamera();
      },
      onRead() {
        turnedOff.value = null;
      },
    });
  });
}

/** The end of the room was put off, or was changed otherwise: nobody is to watch the clock for the old one. */
function tellOfEnd({ seat }: Interview, popups: PopupsModel): () => void {
  let known = seat.room.peek()?.until;
  return effect(() => {
    const room = seat.room.value;
    if (!room) return;
    const { until, timeZone } = room;
    if (known && until !== known) popups.show({ key: 'until', message: { about: 'until', until, timeZone } });
    known = until;
  });
}
