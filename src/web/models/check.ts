import { computed, signal } from '@preact/signals';
import { limits } from '../../protocol/limits.ts';
import type { CheckReport } from '../../protocol/messages.ts';
import type { Speed } from '../../protocol/speed.ts';
import type { BrowserSupport } from '../browser/support.ts';
import type { DeviceProblem } from '../media/deviceProblem.ts';
import type { Devices } from '../media/devices.ts';
import type { ProbeResult } from '../media/probe.ts';

/** What the environment check looks at, in this order. */
export const checkItems = ['browser', 'camera', 'microphone', 'audio', 'speed', 'security'] as const;
/** One thing that the check looks at. */
export type CheckItem = (typeof checkItems)[number];
type CheckProblem = DeviceProblem | 'blocked' | 'disconnected' | 'slow' | 'silent';

/** Where each item stands; `problem` at NG says why. */
export type CheckState =
  | { state: 'waiting' }
  | { state: 'running' }
  | { state: 'ok'; route?: ProbeResult; speed?: Speed }
  | { state: 'ng'; problem: CheckProblem; speed?: Speed };

/** The ways on with less than all, as the words name them. */
type WayOn = 'listenOnly' | 'withoutCamera' | 'anyway';

export type CheckOptions = {
  support: BrowserSupport;
  devices: Devices;
  /** Whether sound can come out of this device. */
  hasOutput(): Promise<boolean>;
  /** Real transfers to and from the server; rejects when there are none. */
  measureSpeed(onProgress: (fraction: number) => void): Promise<Speed>;
  /** Sends real media through the server; rejects when it does not arrive. */
  probe(): Promise<ProbeResult>;
  /** What was found, once all is done. */
  onDone(report: CheckReport): void;
};

export type CheckModel = ReturnType<typeof createCheck>;

/** What an interview can do without: people are told, and decide. */
const dispensable: readonly CheckItem[] = ['camera', 'microphone', 'audio', 'speed'];

/** The environment check: the devices while the line is measured, then what needs both; and what may be done with the outcome. */
export function createCheck(options: CheckOptions) {
  const { support, devices } = options;
  const states = signal<Record<CheckItem, CheckState>>(allWaiting());
  const running = signal(false);
  /** Of the speed measurement, 0 to 1. */
  const progress = signal(0);

  const isOk = (item: CheckItem) => states.value[item].state === 'ok';
  const complete = computed(() => checkItems.every(isOk));
  /** What an interview would be like as it stands: not everything is OK, but one is possible. null: it is not, or all is OK. */
  const wayOn = computed(() => {
    if (running.value || complete.value) return null;
    const failed = checkItems.filter((item) => states.value[item].state === 'ng');
    const isPossible = checkItems.every(
      (item) => isOk(item) || (failed.includes(item) && dispensable.includes(item)),
    );
    return isPossible ? wayWithout(failed) : null;
  });

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

  async function checkAudio(): Promise<void> {
    set('audio', { state: 'running' });
    set('audio', (await options.hasOutput()) ? { state: 'ok' } : { state: 'ng', problem: 'silent' });
  }

  async function checkSpeed(): Promise<void> {
    if (isOk('speed')) return;
    progress.value = 0;
    set('speed', { state: 'running' });
    try {
      const speed = await options.measureSpeed((fraction) => {
        progress.value = fraction;
      });
      set('speed', isFast(speed) ? { state: 'ok', speed } : { state: 'ng', problem: 'slow', speed });
    } catch {
      set('speed', { state: 'ng', problem: 'disconnected' });
    }
  }

  async function checkSecurity(): Promise<void> {
    set('security', { state: 'running' });
    try {
      set('security', { state: 'ok', route: await options.probe() });
    } catch (error) {
      const { code } = error as { code?: string };
      set('security', { state: 'ng', problem: code === 'blocked' ? 'blocked' : 'disconnected' });
    }
  }

  return {
    states,
    running,
    progress,
    complete,
    wayOn,
    support,
    /**
     * Runs all items; while it runs, a second call does nothing. Where some of them were not OK, a line that was is not measured
     * again, unless nothing got through it: who is told so goes to another one.
     */
    async run(): Promise<void> {
      if (running.value) return;
      running.value = true;
      const { speed } = states.value;
      const isLineKnown = isOk('speed') && states.value.security.state !== 'ng' && !complete.value;
      states.value = allWaiting();
      if (isLineKnown) set('speed', speed);
      set('browser', support.ok ? { state: 'ok' } : { state: 'ng', problem: 'unsupported' });
      if (support.ok) {
        await Promise.all([checkDevices().then(checkAudio), checkSpeed()]);
        // Last: its round trip is not that of a line full of other bytes, and the microphone's permission lets silence flow.
        await checkSecurity();
        options.onDone(reportOf(states.value, support));
      }
      running.value = false;
    },
  };
}

/** How one goes on without these. */
function wayWithout(failed: readonly CheckItem[]): WayOn {
  // Without a loudspeaker there is nothing to listen by.
  if (failed.includes('microphone') && !failed.includes('audio')) return 'listenOnly';
  return failed.length === 1 && failed[0] === 'camera' ? 'withoutCamera' : 'anyway';
}

/** Over 3 Mbps up and 15 Mbps down [2]. */
const isFast = ({ downMbps, upMbps }: Speed) =>
  downMbps > limits.speed.downMbps && upMbps > limits.speed.upMbps;

function allWaiting(): Record<CheckItem, CheckState> {
  const waiting: CheckState = { state: 'waiting' };
  return {
    browser: waiting,
    camera: waiting,
    microphone: waiting,
    audio: waiting,
    speed: waiting,
    security: waiting,
  };
}

function reportOf(states: Record<CheckItem, CheckState>, { name, version }: BrowserSupport): CheckReport {
  const outcome = (item: CheckItem) => (states[item].state === 'ok' ? 'ok' : 'ng');
  const speed = 'speed' in states.speed ? states.speed.speed : undefined;
  const route = 'route' in states.security ? states.security.route : undefined;
  return {
    at: new Date().toISOString(),
    browser: `${name} ${version ?? ''}`.trim(),
    outcomes: {
      browser: outcome('browser'),
      camera: outcome('camera'),
      microphone: outcome('microphone'),
      audio: outcome('audio'),
      speed: outcome('speed'),
      security: outcome('security'),
    },
    downMbps: speed?.downMbps ?? null,
    upMbps: speed?.upMbps ?? null,
    route: route?.protocol ?? null,
    roundTripMs: route ? Math.round(route.roundTripMs) : null,
  };
}
