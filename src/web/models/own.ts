/** What a person sends of themself: the devices that are there, and whether each is wished to be on. */
import { computed, effect, type Signal, signal } from '@preact/signals';
import type { Devices } from '../media/devices.ts';
import type { Memory } from './memory.ts';

type Kind = 'microphone' | 'camera';

export type OwnModel = ReturnType<typeof createOwn>;

export function createOwn(devices: Devices, memory: Pick<Memory, 'wishes' | 'keepWishes'>) {
  const microphoneOn = signal(true);
  const cameraOn = signal(true);

  /** Whether the call shows what is wrong with a device. */
  const complaining = signal(false);

  /** The tracks and the wishes, as the media session takes them. */
  const local = computed(() => ({
    microphone: devices.microphone.value,
    camera: devices.camera.value,
    microphoneOn: microphoneOn.value,
    cameraOn: cameraOn.value,
  }));
  const sending = computed(() => ({
    microphone: microphoneOn.value && devices.microphone.value !== null,
    camera: cameraOn.value && devices.camera.value !== null,
  }));
  /** Whether it is known of both devices if they are there. */
  const settled = computed(() => {
    const { microphone, camera } = devices.problems.value;
    return !!(devices.microphone.value || microphone) && !!(devices.camera.value || camera);
  });

  /** A device that is not there is shown as off, whatever was wished. */
  const shownAs = (kind: Kind, on: Signal<boolean>) =>
    computed(() => on.value && devices.problems.value[kind] === null);

  function toggle(kind: Kind, on: Signal<boolean>): void {
    if (devices.problems.value[kind] === null) on.value = !on.value;
    else void tryAgain(on);
    memory.keepWishes({ microphone: microphoneOn.value, camera: cameraOn.value });
  }

  async function tryAgain(on: Signal<boolean>): Promise<void> {
    on.value = true;
    await devices.open();
    complaining.value = true;
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
    ...{ microphoneOn, cameraOn, local, sending, settled, complaining },
    /** As it was wished in this seat before. */
    restore(): void {
      const wishes = memory.wishes();
      microphoneOn.value = wishes?.microphone ?? true;
      cameraOn.value = wishes?.camera ?? true;
    },
    microphoneShown: shownAs('microphone', microphoneOn),
    cameraShown: shownAs('camera', cameraOn),
    toggleMicrophone: () => toggle('microphone', microphoneOn),
    toggleCamera: () => toggle('camera', cameraOn),
  };
}
