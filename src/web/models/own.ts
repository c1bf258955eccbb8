import { batch, computed, effect, type Signal, signal } from '@preact/signals';
import type { TurnedOff } from '../../protocol/messages.ts';
import type { Quality } from '../../protocol/quality.ts';
import type { SentSource } from '../../protocol/sources.ts';
import type { Devices } from '../media/devices.ts';
import type { EffectsModel } from './effects.ts';
import type { Memory } from './memory.ts';

type Kind = 'microphone' | 'camera';

export type OwnModel = ReturnType<typeof createOwn>;

type OwnOptions = {
  devices: Devices;
  /** The devices' tracks after background and noise suppression. */
  tracks: Pick<EffectsModel, 'microphone' | 'camera'>;
  memory: Pick<Memory, 'wishes' | 'keepWishes'>;
};

/** What a person sends of themself: what is there, whether each is wished to be on, and how much of it. */
export function createOwn({ devices, tracks, memory }: OwnOptions) {
  const microphoneOn = signal(true);
  const cameraOn = signal(true);
  const quality = signal<Quality>('high');
  /** The shared screen; null while none is shared. */
  const screenTrack = signal<MediaStreamTrack | null>(null);
  /** What is played there, where that is shared too. */
  const screenSound = signal<MediaStreamTrack | null>(null);
  const handRaised = signal(false);
  /** What was turned off for this person and by whom, until it is read. */
  const turnedOff = signal<TurnedOff | null>(null);
  /** The id of the newest of them that this page knows of. */
  let heard: string | null = null;

  /** Whether the call shows what is wrong with a device. */
  const complaining = signal(false);

  /** The tracks and the wishes, as the media session takes them. */
  const local = computed(() => ({
    microphone: tracks.microphone.value,
    camera: tracks.camera.value,
    screen: screenTrack.value,
    screenSound: screenSound.value,
    microphoneOn: microphoneOn.value,
    cameraOn: cameraOn.value,
    quality: quality.value,
  }));
  const sending = computed(() => {
    const { microphone, camera } = devices.interrupted.value;
    return {
      microphone: microphoneOn.value && tracks.microphone.value !== null && !microphone,
      camera: cameraOn.value && tracks.camera.value !== null && !camera && !isSoundOnly(),
    };
  });
  /** What the media session cannot send; the model of the media says so. */
  const failing = signal<readonly SentSource[]>([]);
  /** Of that, what the others are to hear or see. */
  const unsent = computed(() => {
    const wanted = {
      ...sending.value,
      screen: screenTrack.value !== null,
      screenSound: screenSound.value !== null,
    };
    return failing.value.filter((source) => wanted[source]);
  });
  /** Whether it is known of both devices if they are there. */
  const settled = computed(() => {
    const { microphone, camera } = devices.problems.value;
    return !!(devices.microphone.value || microphone) && !!(devices.camera.value || camera);
  });

  /** 「音声のみ」: the camera is off, whatever was wished. */
  const isSoundOnly = () => quality.value === 'audio';

  /** A device that is not there is shown as off, whatever was wished. */
  const shownAs = (kind: Kind, on: Signal<boolean>) =>
    computed(() => on.value && devices.problems.value[kind] === null);

  const cameraThere = shownAs('camera', cameraOn);
  const cameraShown = computed(() => cameraThere.value && !isSoundOnly());

  function keep(): void {
    memory.keepWishes({
      microphone: microphoneOn.value,
      camera: cameraOn.value,
      quality: quality.value,
    });
  }

  function toggleCamera(): void {
    batch(() => {
      if (isSoundOnly()) {
        // Turning the camera on is asking for more than sound.
        quality.value = 'high';
        cameraOn.value = false;
      }
      toggle('camera', cameraOn);
    });
  }

  function toggle(kind: Kind, on: Signal<boolean>): void {
    if (devices.problems.value[kind] === null) on.value = !on.value;
    else void tryAgain(on);
    if (on.value) forgetTurnedOff(kind);
    keep();
  }

  /** The person has turned it on again; what else was turned off is told on. */
  function forgetTurnedOff(kind: Kind): void {
    const what = turnedOff.value;
    if (!what?.[kind]) return;
    const left = { ...what, [kind]: false };
    turnedOff.value = left.microphone || left.camera ? left : null;
  }

  async function tryAgain(on: Signal<boolean>): Promise<void> {
    on.value = true;
    await devices.open();
    complaining.value = true;
  }

  function stopSharing(): void {
    for (const track of [screenTrack, screenSound]) {
      track.value?.stop();
      track.value = null;
    }
  }

  // A device that was there and is lost is told of; one that was never there was told of before.
  let had = { microphone: false, camera: false };
  effect(() => {
    const problems = devices.problems.value;
    const lost = (kind: Kind) => had[kind] && problems[kind] !== null;
    if (lost('microphone') || lost('camera')) complaining.value = true;
    had = {
      microphone: devices.microphone.value !== null || (had.microphone && problems.microphone === null),
      camera: devices.camera.value !== null || (had.camera && problems.camera === null),
    };
  });

  return {
    microphoneOn,
    cameraOn,
    quality,
    screenTrack,
    screenSound,
    handRaised,
    turnedOff,
    local,
    sending,
    failing,
    unsent,
    settled,
    complaining,
    /** As it was wished in this seat before. */
    restore(): void {
      const wishes = memory.wishes();
      microphoneOn.value = wishes?.microphone ?? true;
      cameraOn.value = wishes?.camera ?? true;
      quality.value = wishes?.quality ?? 'high';
    },
    microphoneShown: shownAs('microphone', microphoneOn),
    cameraShown,
    toggleMicrophone: () => toggle('microphone', microphoneOn),
    toggleCamera,
    chooseQuality(chosen: Quality): void {
      quality.value = chosen;
      // The server shows nobody a screen then.
      if (chosen === 'audio') stopSharing();
      keep();
    },
    heard: () => heard,
    /** The server has turned these off; what is off here already is no news for the person. */
    beTurnedOff(what: TurnedOff): void {
      if (what.id === heard) return;
      heard = what.id;
      const microphone = what.microphone && microphoneOn.value;
      const camera = what.camera && cameraOn.value;
      if (microphone) microphoneOn.value = false;
      if (camera) cameraOn.value = false;
      const isNews = { microphone, camera: camera && !isSoundOnly() };
      // With what was turned off before and is unread: one word for both, and one way back.
      const unread = turnedOff.value;
      if (isNews.microphone || isNews.camera)
        turnedOff.value = {
          ...what,
          microphone: isNews.microphone || unread?.microphone === true,
          camera: isNews.camera || unread?.camera === true,
        };
      keep();
    },
    stopSharing,
    /** The call is over: nothing of it is kept. */
    endCall(): void {
      stopSharing();
      handRaised.value = false;
      turnedOff.value = null;
    },
  };
}
