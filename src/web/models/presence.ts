import { effect } from '@preact/signals';
import type { TurnedOff } from '../../protocol/messages.ts';
import type { Quality } from '../../protocol/quality.ts';
import type { Connection } from '../connection/connection.ts';
import type { Memory } from './memory.ts';
import type { OwnModel } from './own.ts';

type PresenceOptions = {
  own: OwnModel;
  memory: Pick<Memory, 'get'>;
  request: Connection['request'];
  /** Whether the server can be told anything. */
  isOpen(): boolean;
};

export type Presence = {
  /** Tells what a server does not know that has just been joined. */
  joined(resumed: boolean): void;
  /** What the check found here, at this visit or an earlier one. */
  reportCheck(): void;
  beTurnedOff(what: TurnedOff): void;
  /** Shown at once, and as it was before when the server has not heard of it. */
  toggleHand(): Promise<void>;
};

/** What the server is told of oneself, when it changes and after each join: devices, quality, the hand, the check. */
export function createPresence({ own, memory, request, isOpen }: PresenceOptions): Presence {
  const { sending, settled, quality, handRaised } = own;
  /** As the server knows it; at first that of everyone. */
  let toldQuality: Quality | null = 'high';

  effect(() => {
    if (settled.value) sendDevices(sending.value);
  });

  function sendDevices(devices = sending.peek()): void {
    if (!settled.peek() || !isOpen()) return;
    // Lost on the way: the next join sends it again.
    request('setDevices', { ...devices, heard: own.heard() }).catch(() => undefined);
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

  function reportCheck(): void {
    const report = memory.get('checkReport');
    if (report && isOpen()) request('reportCheck', { report }).catch(() => undefined);
  }

  return {
    joined(resumed): void {
      if (!resumed) toldQuality = 'high';
      sendDevices();
      sendQuality();
      reportCheck();
    },
    reportCheck,
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
