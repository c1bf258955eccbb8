import { computed, signal } from '@preact/signals';
import type { DeviceProblem, Devices } from '../media/devices.ts';
import type { ProbeResult } from '../media/probe.ts';
import type { BrowserSupport } from '../media/support.ts';

export type CheckItem = 'browser' | 'camera' | 'microphone' | 'security';
export type SecurityProblem = 'blocked' | 'disconnected';

/** Where each item stands; `problem` at NG says why. */
export type CheckState =
  | { state: 'waiting' }
  | { state: 'running' }
  | { state: 'ok'; route?: ProbeResult }
  | { state: 'ng'; problem: DeviceProblem | SecurityProblem | 'missing' };

export const checkItems: readonly CheckItem[] = ['browser', 'camera', 'microphone', 'security'];

export type CheckOptions = {
  support: BrowserSupport;
  devices: Devices;
  /** Sends real media through the server; rejects when it does not arrive. */
  probe(): Promise<ProbeResult>;
};

export type CheckModel = ReturnType<typeof createCheck>;

/** The environment check: its items one after the other, and what may be done with the outcome. */
export function createCheck({ support, devices, probe }: CheckOptions) {
  const states = signal<Record<CheckItem, CheckState>>(allWaiting());
  const running = signal(false);

  const isOk = (item: CheckItem) => states.value[item].state === 'ok';
  const complete = computed(() => checkItems.every(isOk));
  /** Only the camera is missing: an interview is possible with sound alone. */
  const mayGoWithoutCamera = computed(
    () => states.value.camera.state === 'ng' && checkItems.every((item) => item === 'camera' || isOk(item)),
  );

  const set = (item: CheckItem, state: CheckState) => {
    states.value = { ...states.value, [item]: state };
  };

  async function checkDevices(): Promise<void> {
    set('camera', { state: 'running' });
    set('microphone', { state: 'running' });
    await devices.open();
    for (const kind of ['camera', 'microphone'] as const) {
      const problem = devices.problems.value[kind];
      set(kind, problem ? { state: 'ng', problem } : { state: 'ok' });
    }
  }

  async function checkSecurity(): Promise<void> {
    set('security', { state: 'running' });
    try {
      set('security', { state: 'ok', route: await probe() });
    } catch (error) {
      const { code } = error as { code?: string };
      set('security', { state: 'ng', problem: code === 'blocked' ? 'blocked' : 'disconnected' });
    }
  }

  return {
    ...{ states, running, complete, mayGoWithoutCamera, support },
    /** Runs all items from the beginning; while it runs, a second call does nothing. */
    async run(): Promise<void> {
      if (running.value) return;
      running.value = true;
      states.value = allWaiting();
      set('browser', support.ok ? { state: 'ok' } : { state: 'ng', problem: 'missing' });
      if (support.ok) {
        await checkDevices();
        await checkSecurity();
      }
      running.value = false;
    },
  };
}

function allWaiting(): Record<CheckItem, CheckState> {
  return {
    browser: { state: 'waiting' },
    camera: { state: 'waiting' },
    microphone: { state: 'waiting' },
    security: { state: 'waiting' },
  };
}
