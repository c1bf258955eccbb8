import { computed, effect, type ReadonlySignal, untracked } from '@preact/signals';
import type { TurnedOff } from '../../protocol/messages.ts';
import type { Quality } from '../../protocol/quality.ts';
import type { Connection } from '../connection/connection.ts';
import { isLineLost } from '../connection/isLineLost.ts';
import type { Memory } from './memory.ts';
import type { Screen } from './navigation.ts';
import type { OwnModel } from './own.ts';

type PresenceOptions = {
  own: OwnModel;
  screen: ReadonlySignal<Screen>;
  memory: Pick<Memory, 'get'>;
  request: Connection['request'];
  /** Whether the server can be told anything. */
  isOpen(): boolean;
};

/** What the server knows of the person. */
export type Presence = {
  /** Tells what a server does not know that has just been joined. */
  joined(resumed: boolean): void;
  /** What the check found here, at this visit or an earlier one. */
  reportCheck(): void;
  beTurnedOff(what: TurnedOff): void;
  /** Shown at once, and as it was before when the server has not heard of it. */
  toggleHand(): Promise<void>;
  /** Takes the turn of sharing a screen, or gives it back. @throws {RequestError} sharing_taken, wrong_state, disconnected */
  shareScreen(sharing: boolean): Promise<void>;
};

/** What the server is told of oneself, when it changes and after each join: devices, quality, the hand, the screen, the check. */
export function createPresence({ own, screen, memory, request, isOpen }: PresenceOptions): Presence {
  const { sending, unsent, settled, quality, handRaised, screenTrack } = own;
  /** As the server knows it; at first that of everyone. */
  let toldQuality: Quality | null = 'high';

  effect(() => {
    if (settled.value) sendDevices(sending.value, unsent.value);
  });

  function sendDevices(devices = sending.peek(), missing = unsent.peek()): void {
    if (!settled.peek() || !isOpen()) return;
    const wish = { ...devices, heard: own.heard() };
    // Lost on the way: the next join sends it again.
    request('setDevices', missing.length > 0 ? { ...wish, unsent: [...missing] } : wish).catch(
      () => undefined,
    );
  }

  effect(() => {
    sendQuality(quality.value);
  });

  function sendQuality(chosen = quality.peek()): void {
    if (!isOpen() || chosen === toldQuality) return;
    toldQuality = chosen;
    // Lost on the way: the next join sends it again.
    request('setQuality', { quality: chosen }).catch(() => {
      toldQuality = null;
    });
  }

  const atCheck = computed(() => screen.value.name === 'check');
  /** As the server knows it; null: it may know either, as one that was started anew knows nothing of it. */
  let toldAtCheck: boolean | null = false;

  effect(() => {
    sendAtCheck(atCheck.value);
  });

  function sendAtCheck(now = atCheck.peek()): void {
    if (!isOpen() || now === toldAtCheck) return;
    toldAtCheck = now;
    // Lost on the way: the next join sends it again.
    request('setAtCheck', { atCheck: now }).catch(() => {
      toldAtCheck = null;
    });
  }

  /** Whether the server may think that a screen is shared: what it did not answer it may have done. */
  let maySeemSharing = false;

  effect(() => {
    if (!screenTrack.value) untracked(endSharing);
  });

  function endSharing(): void {
    // Lost on the way: the next join sends it again.
    if (maySeemSharing && isOpen()) shareScreen(false).catch(() => undefined);
  }

  async function shareScreen(sharing: boolean): Promise<void> {
    maySeemSharing ||= sharing;
    try {
      await request('setSharing', { sharing });
      maySeemSharing = sharing;
    } catch (error) {
      if (!isLineLost(error)) maySeemSharing = false;
      else if (sharing && !screenTrack.peek()) endSharing();
      throw error;
    }
  }

  /** The screen is shared on; or the turn is somebody else's now, or was given back while the line was away. */
  function sendSharing(): void {
    if (!screenTrack.peek()) {
      endSharing();
      return;
    }
    shareScreen(true).catch((error) => {
      if (!isLineLost(error)) own.stopSharing();
    });
  }

  function reportCheck(): void {
    const report = memory.get('checkReport');
    if (report && isOpen()) request('reportCheck', { report }).catch(() => undefined);
  }

  return {
    joined(resumed): void {
      if (!resumed) toldQuality = 'high';
      if (!resumed) toldAtCheck = false;
      else if (toldAtCheck) toldAtCheck = null;
      sendAtCheck();
      sendDevices();
      sendQuality();
      sendSharing();
      reportCheck();
    },
    reportCheck,
    shareScreen,
    /** The server waits for a wish that knows of it, whether or not it changes anything here. */
    beTurnedOff(what): void {
      own.beTurnedOff(what);
      sendDevices();
    },
    async toggleHand(): Promise<void> {
      const raised = !handRaised.value;
      handRaised.value = raised;
      await request('setHand', { raised }).catch(() => {
        handRaised.value = !raised;
      });
    },
  };
}
