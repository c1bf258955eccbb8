import { type ReadonlySignal, signal } from '@preact/signals';
import { isHandheld } from '../browser/support.ts';
import { type DeviceKind, type DeviceProblem, isGone, problemOf, whyImpossible } from './deviceProblem.ts';
import { createInput, type Input } from './input.ts';
import { chooseOutput, lookForOutput } from './output.ts';

/** Another device is used than before, and nobody asked for it: the one in use was lost, or the one that was lost is back. */
export type DeviceChange = {
  kind: DeviceKind | 'output';
  why: 'lost' | 'back';
  /** Of the one that is used now, as people know it; empty where the browser does not tell. */
  label: string;
};

/** The person's devices: what there is, what is used of it, and what is wrong. */
export type Devices = {
  readonly microphone: ReadonlySignal<MediaStreamTrack | null>;
  readonly camera: ReadonlySignal<MediaStreamTrack | null>;
  /** Why a device is not there; null while it is, or has not been asked for. */
  readonly problems: ReadonlySignal<Problems>;
  /** The system has silenced a device for a while, as phones do for a call: nothing of it gets out. */
  readonly interrupted: ReadonlySignal<Record<DeviceKind, boolean>>;
  /** Of each kind the last change that nobody asked for, newest last, until another is chosen or none can be had. */
  readonly changes: ReadonlySignal<readonly DeviceChange[]>;
  readonly opening: ReadonlySignal<boolean>;
  /** What there is to choose from; without labels until the browser has been allowed one. */
  readonly list: ReadonlySignal<readonly MediaDeviceInfo[]>;
  /** Asks for what is not open yet; never rejects: look at `problems`. Calling it again is "try again". */
  open(): Promise<void>;
  /** Changes to this device. One that cannot be had leaves the present one, and rejects with its error. */
  choose(kind: DeviceKind, deviceId: string): Promise<void>;
  /** Lets sound come out of this loudspeaker from now on; empty: of the system's own choice. */
  chooseOutput(deviceId: string): void;
  /** Asks anew for what the system has silenced. */
  renew(): Promise<void>;
  stop(): void;
};

/** The devices that were chosen at an earlier visit; one that is gone is no error. */
type DeviceWishes = { microphone: string | null; camera: string | null };
type Problems = Record<DeviceKind, DeviceProblem | null>;

const kinds = ['microphone', 'camera'] as const;

/** The person's microphone and camera: asked for together, each chosen, lost and found again by itself. */
export function createDevices(wished: DeviceWishes = { microphone: null, camera: null }): Devices {
  const problems = signal<Problems>({ microphone: null, camera: null });
  const interrupted = signal<Record<DeviceKind, boolean>>({ microphone: false, camera: false });
  const changes = signal<readonly DeviceChange[]>([]);
  const opening = signal(false);
  const list = signal<readonly MediaDeviceInfo[]>([]);
  let current: Promise<void> | null = null;
  let stopped = false;

  const inputOf = (kind: DeviceKind) =>
    createInput(kind, wished[kind], {
      isStopped: () => stopped,
      list: () => list.peek(),
      onOpen: () => report(kind, null),
      onInterrupted(now) {
        interrupted.value = { ...interrupted.value, [kind]: now };
      },
      onLost: (deviceId) => void replace(kind, deviceId),
    });
  const inputs: Record<DeviceKind, Input> = {
    microphone: inputOf('microphone'),
    camera: inputOf('camera'),
  };

  function report(kind: DeviceKind, problem: DeviceProblem | null): void {
    if (problems.value[kind] !== problem) problems.value = { ...problems.value, [kind]: problem };
    if (problem) forgetChange(kind);
  }

  function forgetChange(kind: DeviceChange['kind']): void {
    if (changes.value.some((change) => change.kind === kind))
      changes.value = changes.value.filter((change) => change.kind !== kind);
  }

  function tell(change: DeviceChange): void {
    changes.value = [...changes.value.filter(({ kind }) => kind !== change.kind), change];
  }

  function tellOf(kind: DeviceKind, why: DeviceChange['why']): void {
    const { track, deviceId } = inputs[kind];
    const used = track.peek();
    if (!used) return;
    const listed = list.value.find((device) => device.deviceId === deviceId());
    tell({ kind, why, label: withoutIds(listed?.label || used.label) });
  }

  /** Unplugged, taken away by the system, or its permission withdrawn: whatever is the default now. */
  async function replace(kind: DeviceKind, lost: string): Promise<void> {
    await current;
    if (stopped) return;
    await open();
    if (inputs[kind].deviceId() !== lost) tellOf(kind, 'lost');
  }

  async function openMissing(): Promise<void> {
    const wanted = kinds.filter((kind) => inputs[kind].track.value === null);
    if (wanted.length === 0) return;
    const impossible = whyImpossible();
    if (impossible) {
      for (const kind of wanted) report(kind, impossible);
      return;
    }
    await look();
    if (wanted.length > 1 && (await openTogether())) return;
    // Together both are refused when only one is: each alone tells which, and keeps its own wish.
    for (const kind of wanted) await openAlone(kind);
  }

  /**
   * One question of the browser for both. Safari and Firefox name no devices until one is allowed, so a wished one may
   * turn out to be gone: that they say without a question, and then any other will do.
   */
  async function openTogether(): Promise<boolean> {
    for (const audio of inputs.microphone.choices())
      for (const video of inputs.camera.choices()) {
        try {
          take(await navigator.mediaDevices.getUserMedia({ audio, video }));
          return true;
        } catch (error) {
          if (!isGone(error)) return false;
        }
      }
    return false;
  }

  function take(stream: MediaStream): void {
    for (const track of stream.getTracks())
      inputs[track.kind === 'audio' ? 'microphone' : 'camera'].use(track);
  }

  async function openAlone(kind: DeviceKind): Promise<void> {
    try {
      await inputs[kind].open();
    } catch (error) {
      report(kind, await problemOf(error, kind));
    }
  }

  function open(): Promise<void> {
    current ??= start().finally(() => {
      current = null;
    });
    return current;
  }

  async function start(): Promise<void> {
    stopped = false;
    opening.value = true;
    watch(true);
    await openMissing();
    opening.value = false;
    void look();
  }

  async function look(): Promise<void> {
    const before = list.value;
    list.value = (await navigator.mediaDevices?.enumerateDevices?.().catch(() => null)) ?? before;
    for (const kind of kinds) inputs[kind].recognise();
    const why = lookForOutput(list.value);
    if (why) tell({ kind: 'output', why, label: '' });
  }

  async function choose(kind: DeviceKind, deviceId: string): Promise<void> {
    try {
      await inputs[kind].choose(deviceId);
      forgetChange(kind);
    } catch (error) {
      if (inputs[kind].track.value === null) await open();
      throw error;
    }
  }

  /** Something was plugged in or let go: only where no prompt would come out of the blue. */
  async function plugged(): Promise<void> {
    await look();
    if (stopped) return;
    for (const kind of kinds) if (await inputs[kind].takeBack()) tellOf(kind, 'back');
    const mayHelp = (kind: DeviceKind) =>
      inputs[kind].track.value === null && [null, 'missing', 'busy'].includes(problems.value[kind]);
    if (kinds.some(mayHelp)) void open();
  }

  async function renew(): Promise<void> {
    for (const kind of kinds) if (inputs[kind].isSilent()) await inputs[kind].renew();
    // Let go for it, and refused: why is told.
    if (kinds.some((kind) => inputs[kind].track.value === null && problems.value[kind] === null))
      await open();
  }

  const onPlugged = () => void plugged();
  /** After a phone call some systems leave what they have silenced silent: what is asked for anew is not. */
  const onShown = () => {
    if (document.visibilityState === 'visible' && isSilencedByOthers()) void renew();
  };

  function watch(on: boolean): void {
    const action = on ? 'addEventListener' : 'removeEventListener';
    navigator.mediaDevices?.[action]('devicechange', onPlugged);
    document[action]('visibilitychange', onShown);
  }

  function stop(): void {
    stopped = true;
    watch(false);
    for (const kind of kinds) inputs[kind].stop();
  }

  return {
    microphone: inputs.microphone.track,
    camera: inputs.camera.track,
    problems,
    interrupted,
    changes,
    opening,
    list,
    open,
    choose,
    chooseOutput(deviceId): void {
      chooseOutput(deviceId);
      forgetChange('output');
    },
    renew,
    stop,
  };
}

/** "BRIO (046d:085e)": Chromium adds the ids of maker and product, which tell people nothing. */
const withoutIds = (label: string) => label.replace(/\s*\([0-9a-f]{4}:[0-9a-f]{4}\)$/i, '');

/** In Safari on computers it is the person who mutes the microphone, in the address bar. */
const isSilencedByOthers = () => isHandheld() || 'userAgentData' in navigator;
