import { effect, type ReadonlySignal } from '@preact/signals';
import { watchDecibels } from '../media/levels.ts';

/** Above the quietest that was heard lately, this is somebody speaking. */
const ABOVE_FLOOR_DB = 10;
/** Below this a microphone hears nothing that matters, however quiet the room. */
const AUDIBLE_DB = -50;
/** Quieter than any room: a microphone that its own switch has cut gives no sound at all. */
const SILENCE_DB = -80;
const SPEAKING_MS = 300;
/** Between two alerts: a person who is muted on purpose is told once, not all the time. */
const PAUSE_MS = 20_000;

/** What decides, without a microphone: feed it decibels and times, it says when somebody speaks. */
export function createTalkDetector() {
  let floor = 0;
  let since: number | null = null;
  let alertedAt = Number.NEGATIVE_INFINITY;
  return (decibels: number, at: number): boolean => {
    // Down at once, up slowly: the floor is what the room sounds like between words.
    floor = Math.max(SILENCE_DB, decibels < floor ? decibels : floor + Math.min(0.05, decibels - floor));
    const speaks = decibels > Math.max(AUDIBLE_DB, floor + ABOVE_FLOOR_DB);
    if (!speaks) since = null;
    else since ??= at;
    if (since === null || at - since < SPEAKING_MS || at - alertedAt < PAUSE_MS) return false;
    alertedAt = at;
    return true;
  };
}

type MutedTalkOptions = {
  /** The microphone's own track. */
  microphone: ReadonlySignal<MediaStreamTrack | null>;
  microphoneOn: ReadonlySignal<boolean>;
  onTalk(): void;
};

/**
 * Listens to the microphone while it is muted, and at no other time: the sender lets go of the track then, and the
 * track itself sounds on. The returned function ends it.
 */
export function watchMutedTalk({ microphone, microphoneOn, onTalk }: MutedTalkOptions): () => void {
  return effect(() => {
    const track = microphone.value;
    if (!track || microphoneOn.value) return;
    const isTalk = createTalkDetector();
    return watchDecibels(track, (decibels) => {
      if (isTalk(decibels, performance.now())) onTalk();
    });
  });
}
