/** The loudspeaker that sound goes through, where the browser lets one be chosen. */
import { computed, effect, signal } from '@preact/signals';
import { isHandheld } from '../browser/support.ts';
import { soundThrough } from './audioContext.ts';

/** What was chosen; empty: the system's own choice. */
const chosen = signal('');
/** The chosen one is unplugged: the system's own choice is used until it is back. */
const missing = signal(false);
/** Whether this browser has listed the chosen one, and whether it did so at the last look. */
let wasListed = false;
let wasThere = true;

/** The device in use; empty: the system's own choice. */
export const outputId = computed(() => (missing.value ? '' : chosen.value));

type Sink = HTMLMediaElement & { setSinkId?(id: string): Promise<void> };

/** Whether a loudspeaker can be chosen here; never on phones and tablets. */
export const mayChooseOutput = () => 'setSinkId' in HTMLMediaElement.prototype && !isHandheld();

/** Lets all sound come out of this loudspeaker from now on, as long as it is there. */
export function chooseOutput(id: string): void {
  chosen.value = id;
  missing.value = false;
  wasListed = false;
  wasThere = true;
}

/**
 * Looks whether the chosen loudspeaker is among these.
 * @returns what has changed, if anything; the sound has moved then
 */
export function lookForOutput(devices: readonly MediaDeviceInfo[]): 'lost' | 'back' | null {
  const id = chosen.peek();
  const outputs = devices.filter(({ kind, deviceId }) => kind === 'audiooutput' && deviceId !== '');
  const isThere = outputs.some(({ deviceId }) => deviceId === id);
  // Some browsers list none until they are asked for a microphone.
  if (id === '' || (outputs.length === 0 && !wasListed)) return null;
  // At a visit at which it was never there nothing has been lost.
  const isNews = isThere !== wasThere && (isThere || wasListed);
  wasListed ||= isThere;
  wasThere = isThere;
  missing.value = !isThere;
  if (!isNews) return null;
  return isThere ? 'back' : 'lost';
}

effect(() => soundThrough(outputId.value));

/** Keeps an element's sound at the chosen loudspeaker; the returned function ends that. */
export function followOutput(element: HTMLMediaElement): () => void {
  if (!mayChooseOutput()) return () => {};
  return effect(() => {
    const id = outputId.value;
    (element as Sink).setSinkId?.(id).catch(() => {
      // Unplugged meanwhile, or at an earlier visit.
      if (id !== '' && id === chosen.peek()) missing.value = true;
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
