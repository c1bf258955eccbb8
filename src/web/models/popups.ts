import { signal } from '@preact/signals';
import type { TurnedOff } from '../../protocol/messages.ts';
import type { DeviceKind } from '../media/deviceProblem.ts';
import type { DeviceChange } from '../media/devices.ts';
import type { SharingProblem } from './sharing.ts';

/** What a person is told, without words: those follow the language. */
export type PopupMessage =
  | { about: 'joined' | 'left' | 'lost' | 'hand'; name: string }
  | { about: 'device'; change: DeviceChange }
  | { about: 'interrupted'; devices: DeviceKind[] }
  | { about: 'turnedOff'; by: TurnedOff['by']; devices: 'microphone' | 'camera' | 'both' }
  | { about: 'sharing'; problem: SharingProblem }
  | { about: 'turnedOffAll'; device: DeviceKind; count: number }
  | { about: 'until'; until: string; timeZone: string }
  | { about: 'turnOffAllFailed'; device: DeviceKind }
  | { about: 'screenHidden' }
  | { about: 'begun' | 'muted' | 'badLine' | 'captured' | 'captureFailed' | 'deleteFailed' };

type Popup = {
  /** One popup of a kind at a time: a newer one takes its place. */
  key: string;
  message: PopupMessage;
  /** What can be done about it. */
  action?(): void;
  /** The person has closed it, or it was shown for long enough. */
  onRead?(): void;
};

export type PopupsModel = ReturnType<typeof createPopups>;

/** Long enough to be read at leisure. */
const SHOWN_MS = 8_000;
/** At once; of more, the oldest that only tell something make room. */
const MOST = 3;

/** What a person is told beside the call, at its lower left. One with something to do stays until it is done or closed. */
export function createPopups() {
  const all = signal<readonly Popup[]>([]);
  const timers = new Map<string, ReturnType<typeof setTimeout>>();

  // By peek: an effect that tells something must not run again because it was told.
  function close(key: string): void {
    clearTimeout(timers.get(key));
    timers.delete(key);
    if (all.peek().some((popup) => popup.key === key))
      all.value = all.peek().filter((popup) => popup.key !== key);
  }

  function dismiss(key: string): void {
    const popup = all.peek().find((each) => each.key === key);
    close(key);
    popup?.onRead?.();
  }

  return {
    all,
    close,
    dismiss,
    show(popup: Popup): void {
      close(popup.key);
      const [oldest] = all.peek().filter(({ action }) => !action);
      if (oldest && all.peek().length >= MOST) dismiss(oldest.key);
      all.value = [...all.peek(), popup];
      if (!popup.action)
        timers.set(
          popup.key,
          setTimeout(() => dismiss(popup.key), SHOWN_MS),
        );
    },
    stop(): void {
      for (const timer of timers.values()) clearTimeout(timer);
    },
  };
}
