import { computed, effect, type ReadonlySignal, signal } from '@preact/signals';
import type { EntrySettings, MoveRequest, RoomInfo } from '../../protocol/messages.ts';
import { notifications } from '../browser/notifications.ts';
import type { Connection } from '../connection/connection.ts';
import { type Volume, volumeOf } from '../media/sounds.ts';
import { createCallTimes } from './callTimes.ts';
import type { Memory } from './memory.ts';

export type InterviewerModel = ReturnType<typeof createInterviewer>;

/** What only interviewers may do. An action that comes too late, as who it meant has gone, does nothing. */
export function createInterviewer(
  request: Connection['request'],
  memory: Pick<Memory, 'get' | 'keep'>,
  room: ReadonlySignal<RoomInfo | null>,
) {
  const times = createCallTimes({ request, until: computed(() => room.value?.until ?? null) });
  /** 「参加者の一括設定」; null until the server has told it. */
  const entry = signal<EntrySettings | null>(null);
  const entryFailed = signal(false);
  /** What those who wait are told; empty: nothing. */
  const waitingMessage = signal('');
  /** Of the sound when somebody asks to come in. */
  const requestVolume = signal(volumeOf(memory.get('requestVolume')));

  /** Who asks to go on on another device, for interviewers in the call. */
  const moveRequests = signal<readonly MoveRequest[]>([]);

  const notifies = signal(memory.get('notifies') === true);
  /** The browser has been told not to show any. */
  const notifiesRefused = signal(false);

  return {
    entry,
    entryFailed,
    waitingMessage,
    moveRequests,
    times,
    requestVolume,
    notifies,
    notifiesRefused,
    /** By a press of the person: the browser asks them. */
    async chooseNotifies(on: boolean): Promise<void> {
      const may = on && (await notifications.ask());
      notifiesRefused.value = on && !may;
      notifies.value = may;
      memory.keep('notifies', may);
    },
    chooseRequestVolume(volume: Volume): void {
      requestVolume.value = volume;
      memory.keep('requestVolume', volume);
    },
    follow(connection: Connection): void {
      connection.on('entry', (now) => {
        entry.value = now.entry;
      });
      connection.on('waitingMessage', ({ text }) => {
        waitingMessage.value = text;
      });
      times.follow(connection);
      connection.on('moveRequests', ({ requests }) => {
        moveRequests.value = requests;
      });
      // Told anew as the line comes back, where there are any.
      effect(() => {
        if (connection.status.value !== 'open') moveRequests.value = [];
      });
    },
    /** Shown as it was before when the server has not stored it. */
    async changeEntry(change: Partial<EntrySettings>): Promise<void> {
      const before = entry.value;
      if (!before) return;
      const next = { ...before, ...change };
      entry.value = next;
      entryFailed.value = false;
      await request('setEntry', next).catch(() => {
        entry.value = before;
        entryFailed.value = true;
      });
    },
    /** What those who wait read from now on. @throws {RequestError} it was not stored */
    async tellWaiting(text: string): Promise<void> {
      await request('setWaitingMessage', { text });
    },
    admit: (peerId: string) => request('admit', { peerId }).catch(ignoreGone),
    answerMove: (peerId: string, allowed: boolean) =>
      request('answerMove', { peerId, allowed }).catch(ignoreGone),
    deny: (peerId: string) => request('deny', { peerId }).catch(ignoreGone),
    setHold: (peerId: string, held: boolean) => request('setHold', { peerId, held }).catch(ignoreGone),
    /** Rejects when no picture may be taken now. */
    allowCapture: (peerId: string) => request('capture', { peerId }),
    /** @throws {RequestError} it may still be on */
    turnOffAll: (device: 'microphone' | 'camera') => request('turnOffAll', { device }),
  };
}

/** It has taken care of itself: who was meant is gone, or the line is. */
function ignoreGone(): null {
  return null;
}
