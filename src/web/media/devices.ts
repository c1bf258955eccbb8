import { type ReadonlySignal, signal } from '@preact/signals';
import { isHandheld } from '../browser/support.ts';

export type DeviceProblem = 'denied' | 'missing' | 'busy' | 'insecure' | 'unsupported' | 'unknown';

export type Devices = {
  readonly microphone: ReadonlySignal<MediaStreamTrack | null>;
  readonly camera: ReadonlySignal<MediaStreamTrack | null>;
  /** Why a device is not there; null while it is, or has not been asked for. */
  readonly problems: ReadonlySignal<Record<DeviceKind, DeviceProblem | null>>;
  readonly opening: ReadonlySignal<boolean>;
  /** What there is to choose from; without labels until the browser has been allowed one. */
  readonly list: ReadonlySignal<readonly MediaDeviceInfo[]>;
  /** Asks for what is not open yet; never rejects: look at `problems`. Calling it again is "try again". */
  open(): Promise<void>;
  /** Changes to this device. One that cannot be had leaves the present one, and rejects with its error. */
  choose(kind: DeviceKind, deviceId: string): Promise<void>;
  stop(): void;
};

/** The devices that were chosen at an earlier visit; one that is gone is no error. */
type DeviceWishes = { microphone: string | null; camera: string | null };

export type DeviceKind = 'microphone' | 'camera';
type Problems = Record<DeviceKind, DeviceProblem | null>;

const constraints = {
  microphone: { echoCancellation: true, noiseSuppression: true, autoGainControl: true },
  camera: { width: { ideal: 1280 }, height: { ideal: 720 }, frameRate: { ideal: 30, max: 30 } },
} as const;

/** The person's microphone and camera: asked for together, kept alive through unplugging. */
export function createDevices(wished: DeviceWishes = { microphone: null, camera: null }): Devices {
  const wishes = { ...wished };
  const tracks = {
    microphone: signal<MediaStreamTrack | null>(null),
    camera: signal<MediaStreamTrack | null>(null),
  };
  const problems = signal<Problems>({ microphone: null, camera: null });
  const opening = signal(false);
  const list = signal<readonly MediaDeviceInfo[]>([]);
  let current: Promise<void> | null = null;
  let stopped = false;

  const report = (kind: DeviceKind, problem: DeviceProblem | null) => {
    if (problems.value[kind] !== problem) problems.value = { ...problems.value, [kind]: problem };
  };

  function use(kind: DeviceKind, track: MediaStreamTrack): void {
    if (stopped) {
      track.stop();
      return;
    }
    if (kind === 'microphone') track.contentHint = 'speech';
    // Unplugged, taken away by the system, or its permission withdrawn: try whatever is the default now.
    track.onended = () => {
      if (tracks[kind].value !== track) return;
      tracks[kind].value = null;
      void (current ?? Promise.resolve()).then(open);
    };
    tracks[kind].value = track;
    report(kind, null);
  }

  const constraintsOf = (kind: DeviceKind, asWished: boolean) => ({
    ...constraints[kind],
    // Exactly: what is only preferred, browsers give or not as they like.
    ...(asWished && wishes[kind] && { deviceId: { exact: wishes[kind] } }),
  });

  async function ask(kinds: DeviceKind[]): Promise<void> {
    const asWished = kinds.some((kind) => wishes[kind] !== null);
    const stream = await request(kinds, asWished).catch((error) => {
      // The one that was chosen at another time is not there now, or somebody else's.
      if (!asWished || problemOf(error) === 'denied') throw error;
      return request(kinds, false);
    });
    for (const track of stream.getTracks()) use(track.kind === 'audio' ? 'microphone' : 'camera', track);
  }

  const request = (kinds: DeviceKind[], asWished: boolean) =>
    navigator.mediaDevices.getUserMedia({
      audio: kinds.includes('microphone') && constraintsOf('microphone', asWished),
      video: kinds.includes('camera') && constraintsOf('camera', asWished),
    });

  async function openMissing(): Promise<void> {
    const kinds = (['microphone', 'camera'] as const).filter((kind) => tracks[kind].value === null);
    const [first, second] = kinds;
    if (!first) return;
    const impossible = whyImpossible();
    if (impossible) {
      for (const kind of kinds) report(kind, impossible);
      return;
    }
    try {
      return await ask(kinds);
    } catch (error) {
      if (!second) return report(first, problemOf(error));
    }
    // Together both are refused when only one is: each alone tells which.
    for (const kind of kinds) await ask([kind]).catch((error) => report(kind, problemOf(error)));
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
    watchPlugging(true);
    await openMissing();
    opening.value = false;
    void look();
  }

  async function look(): Promise<void> {
    list.value = (await navigator.mediaDevices?.enumerateDevices?.().catch(() => null)) ?? list.value;
  }

  async function choose(kind: DeviceKind, deviceId: string): Promise<void> {
    const before = tracks[kind].value;
    // A phone gives its second camera only when the first is let go.
    if (kind === 'camera' && isHandheld()) before?.stop();
    const exactly = { ...constraints[kind], deviceId: { exact: deviceId } };
    try {
      const stream = await navigator.mediaDevices.getUserMedia(
        kind === 'microphone' ? { audio: exactly } : { video: exactly },
      );
      for (const track of stream.getTracks()) use(kind, track);
      wishes[kind] = deviceId;
      before?.stop();
    } catch (error) {
      if (before?.readyState === 'ended') {
        tracks[kind].value = null;
        await open();
      }
      throw error;
    }
  }

  // Something was plugged in or let go: only where no prompt would come out of the blue.
  function plugged(): void {
    void look();
    const { microphone, camera } = problems.value;
    const mayHelp = (problem: DeviceProblem | null) => problem === 'missing' || problem === 'busy';
    if (mayHelp(microphone) || mayHelp(camera)) void open();
  }

  function watchPlugging(on: boolean): void {
    const action = on ? 'addEventListener' : 'removeEventListener';
    navigator.mediaDevices?.[action]('devicechange', plugged);
  }

  function stop(): void {
    stopped = true;
    watchPlugging(false);
    for (const track of [tracks.microphone, tracks.camera]) {
      track.value?.stop();
      track.value = null;
    }
  }

  return { ...tracks, problems, opening, list, open, choose, stop };
}

function whyImpossible(): DeviceProblem | null {
  if (!isSecureContext) return 'insecure';
  return typeof navigator.mediaDevices?.getUserMedia === 'function' ? null : 'unsupported';
}

// The names that W3C mediacapture-main gives getUserMedia's errors, and older ones still met.
const problemNames: Record<string, DeviceProblem> = {
  NotAllowedError: 'denied',
  PermissionDeniedError: 'denied',
  SecurityError: 'denied',
  NotFoundError: 'missing',
  DevicesNotFoundError: 'missing',
  OverconstrainedError: 'missing',
  NotReadableError: 'busy',
  TrackStartError: 'busy',
  AbortError: 'busy',
  NotSupportedError: 'unsupported',
};

/** The kind of problem behind an error of getUserMedia. */
export function problemOf(error: unknown): DeviceProblem {
  return (error instanceof Error && problemNames[error.name]) || 'unknown';
}
