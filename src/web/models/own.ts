/** What a person sends of themself: the devices that are there, and whether each is wished to be on. */
import { computed, type Signal, signal } from '@preact/signals';
import type { Devices } from '../media/devices.ts';

type Kind = 'microphone' | 'camera';

export type OwnModel = ReturnType<typeof createOwn>;

export function createOwn(devices: Devices) {
  const microphoneOn = signal(true);
  const cameraOn = signal(true);

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
    if (devices.problems.value[kind] === null) {
      on.value = !on.value;
      return;
    }
    on.value = true;
    void devices.open();
  }

  return {
    ...{ microphoneOn, cameraOn, local, sending, settled },
    microphoneShown: shownAs('microphone', microphoneOn),
    cameraShown: shownAs('camera', cameraOn),
    toggleMicrophone: () => toggle('microphone', microphoneOn),
    toggleCamera: () => toggle('camera', cameraOn),
  };
}
