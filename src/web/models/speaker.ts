import { type ReadonlySignal, signal } from '@preact/signals';
import type { PeerInfo } from '../../protocol/messages.ts';

const POLL_MS = 200;
/** -40 dBov: speech is louder, a room is not. */
const SPEAKING = 0.01;
/** How long somebody speaks before they are the speaker: a cough moves nobody. */
const SPEAKER_MS = 800;
/** How long a ring stays after the last sound: pauses between words do not make it flicker. */
const LINGER_MS = 600;

/**
 * Who speaks. Rings are written to the elements directly, so that no view is rendered because a level changed;
 * `speaker` changes only when somebody else has spoken for a while.
 */
export function createSpeaker(
  inCall: ReadonlySignal<readonly PeerInfo[]>,
  levelOf: (peerId: string) => number,
  now: () => number = () => performance.now(),
) {
  const speaker = signal<string | null>(null);
  const elements = new Map<string, Element>();
  const since = new Map<string, number>();
  const lastHeard = new Map<string, number>();

  function poll(): void {
    const at = now();
    for (const { id } of inCall.peek()) follow(id, levelOf(id) > SPEAKING, at);
  }

  function follow(id: string, loud: boolean, at: number): void {
    if (loud) lastHeard.set(id, at);
    const speaking = at - (lastHeard.get(id) ?? Number.NEGATIVE_INFINITY) < LINGER_MS;
    elements.get(id)?.toggleAttribute('data-speaking', speaking);
    if (!speaking) since.delete(id);
    else if (!since.has(id)) since.set(id, at);
    if (speaking && at - (since.get(id) ?? at) >= SPEAKER_MS && isLongest(id)) speaker.value = id;
  }

  // Who began last takes over: an earlier one who goes on is interrupted, as in a room.
  function isLongest(id: string): boolean {
    const began = since.get(id) ?? 0;
    return [...since.values()].every((other) => other <= began);
  }

  const timer = setInterval(poll, POLL_MS);
  return {
    speaker,
    poll,
    /** The element whose ring shows that this peer speaks; the returned function ends that. */
    ring(peerId: string, element: Element): () => void {
      elements.set(peerId, element);
      return () => {
        if (elements.get(peerId) === element) elements.delete(peerId);
      };
    },
    stop: () => clearInterval(timer),
  };
}
