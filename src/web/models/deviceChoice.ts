import { type ReadonlySignal, signal } from '@preact/signals';
import type { DeviceKind } from '../media/deviceProblem.ts';
import type { Devices } from '../media/devices.ts';
import type { Memory } from './memory.ts';

/** What 「デバイス設定」 does with what is chosen there. */
export type DeviceChoice = {
  /** What could not be had when it was chosen. */
  failed: ReadonlySignal<DeviceKind | null>;
  choose(kind: DeviceKind, id: string): Promise<void>;
  chooseOutput(id: string): void;
};

type DeviceChoiceOptions = {
  devices: Pick<Devices, 'choose' | 'chooseOutput'>;
  memory: Pick<Memory, 'keep'>;
};

/** Which camera, microphone and loudspeaker: used at once, and remembered for the next visit. */
export function createDeviceChoice({ devices, memory }: DeviceChoiceOptions): DeviceChoice {
  const failed = signal<DeviceKind | null>(null);
  return {
    failed,
    async choose(kind, id): Promise<void> {
      failed.value = null;
      try {
        await devices.choose(kind, id);
        memory.keep(`${kind}Id`, id);
      } catch {
        failed.value = kind;
      }
    },
    chooseOutput(id): void {
      devices.chooseOutput(id);
      memory.keep('outputId', id);
    },
  };
}
