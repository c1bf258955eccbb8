/** The loudspeaker that sound goes through, where the browser lets one be chosen. */
import { effect, signal } from '@preact/signals';
import { isHandheld } from '../browser/support.ts';
import { soundThrough } from './audioContext.ts';

/** A device's id; empty: the system's own choice. */
export const outputId = signal('');

type Sink = HTMLMediaElement & { setSinkId?(id: string): Promise<void> };

/** Whether a loudspeaker can be chosen here; never on phones and tablets. */
export const mayChooseOutput = () => 'setSinkId' in HTMLMediaElement.prototype && !isHandheld();

/** Lets all sound come out of this loudspeaker from now on. */
export function chooseOutput(id: string): void {
  outputId.value = id;
  soundThrough(id);
}

/** Keeps an element's sound at the chosen loudspeaker; the returned function ends that. */
export function followOutput(element: HTMLMediaElement): () => void {
  if (!mayChooseOutput()) return () => {};
  return effect(() => {
    (element as Sink).setSinkId?.(outputId.value).catch(() => {
      // Unplugged meanwhile: the default one goes on.
    });
  });
}

/** Whether sound can come out here, as far as the browser tells: Firefox and Safari list no loudspeakers unasked. */
export async function hasOutput(): Promise<boolean> {
  if (typeof AudioContext !== 'function') return false;
  const devices = (await navigator.mediaDevices?.enumerateDevices?.().catch(() => null)) ?? [];
  const lists = mayChooseOutput() && 'userAgentData' in navigator;
  return !lists || devices.some(({ kind }) => kind === 'audiooutput');
}
