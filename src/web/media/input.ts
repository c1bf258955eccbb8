import { type ReadonlySignal, signal } from '@preact/signals';
import { isIos } from '../browser/ios.ts';
import { isHandheld } from '../browser/support.ts';
import { type DeviceKind, isRefusal } from './deviceProblem.ts';

/** One of the person's microphone and camera. */
export type Input = {
  readonly track: ReadonlySignal<MediaStreamTrack | null>;
  /** What getUserMedia may be asked for, best first: the wished device, unless it is known not to be there; then any. */
  choices(): readonly [MediaTrackConstraints, MediaTrackConstraints?];
  use(track: MediaStreamTrack): void;
  /** The wished device; another where it cannot be had. @throws the error of getUserMedia */
  open(): Promise<void>;
  /** @throws the error of getUserMedia; what was used before is used on, where the device allows it */
  choose(deviceId: string): Promise<void>;
  /** The device that was lost, if it is there again. @returns whether it was taken up */
  takeBack(): Promise<boolean>;
  /** Whether the system has just silenced it. */
  isSilent(): boolean;
  /** The same device again, where it can be had; without any where it was let go for that, and refused. */
  renew(): Promise<void>;
  /** The id of the device in use, also where it is used as the system's default; empty: unknown. */
  deviceId(): string;
  /** The list has changed. */
  recognise(): void;
  stop(): void;
};

type InputOptions = {
  isStopped(): boolean;
  list(): readonly MediaDeviceInfo[];
  onOpen(): void;
  onInterrupted(now: boolean): void;
  /** The device in use, with this id, has ended by itself. */
  onLost(deviceId: string): void;
};

const constraints = {
  microphone: { echoCancellation: true, noiseSuppression: true, autoGainControl: true },
  camera: { width: { ideal: 1280 }, height: { ideal: 720 }, frameRate: { ideal: 30, max: 30 } },
} as const;

/** Milliseconds that a device must be silent to count as interrupted: a busy computer skips frames now and then. */
const INTERRUPTED_MS = { microphone: 500, camera: 3000 } as const;

/** Ids of Chromium that stand for whichever device the system prefers. */
const aliases = ['default', 'communications'];

/** A microphone or camera: which one is wished, which one is used, and what becomes of it. */
export function createInput(kind: DeviceKind, wished: string | null, options: InputOptions): Input {
  const track = signal<MediaStreamTrack | null>(null);
  let wish = wished;
  /** The device to go back to when it is there again. */
  let lost: string | null = null;
  let usedId = '';
  /** What was begun for an earlier choice is dropped. */
  let generation = 0;
  let isSilent = false;
  let silentTimer: ReturnType<typeof setTimeout> | undefined;

  const listed = () =>
    options
      .list()
      .filter(
        (device) =>
          device.deviceId !== '' && device.kind === (kind === 'microphone' ? 'audioinput' : 'videoinput'),
      );
  const isListed = (id: string) => listed().some(({ deviceId }) => deviceId === id);

  const exactly = (id: string): MediaTrackConstraints => ({ ...constraints[kind], deviceId: { exact: id } });

  function choices(): readonly [MediaTrackConstraints, MediaTrackConstraints?] {
    const any = constraints[kind];
    if (!wish || (listed().length > 0 && !isListed(wish))) return [any];
    // Exactly: what is only preferred, browsers give or not as they like.
    return [exactly(wish), any];
  }

  async function request(wanted: MediaTrackConstraints): Promise<MediaStreamTrack> {
    const stream = await navigator.mediaDevices.getUserMedia(
      kind === 'microphone' ? { audio: wanted } : { video: wanted },
    );
    const [received] = stream.getTracks();
    if (!received) throw new DOMException('there is no track', 'NotFoundError');
    return received;
  }

  function interrupt(now: boolean): void {
    clearTimeout(silentTimer);
    isSilent = now;
    if (!now) {
      options.onInterrupted(false);
      return;
    }
    silentTimer = setTimeout(() => options.onInterrupted(true), INTERRUPTED_MS[kind]);
  }

  function use(next: MediaStreamTrack): void {
    if (options.isStopped()) {
      next.stop();
      return;
    }
    if (kind === 'microphone') next.contentHint = 'speech';
    const ifUsed = (action: () => void) => () => {
      if (track.value === next) action();
    };
    next.onended = ifUsed(end);
    next.onmute = ifUsed(() => interrupt(true));
    next.onunmute = ifUsed(() => interrupt(false));
    // Asked for anew while a phone call still runs it is silent from the start.
    interrupt(next.muted);
    const before = track.value;
    track.value = next;
    if (before !== next) before?.stop();
    usedId = '';
    recognise();
    if (wish && ![usedId, next.getSettings().deviceId].includes(wish)) lost = wish;
    options.onOpen();
  }

  function end(): void {
    lost ??= wish && !aliases.includes(wish) ? wish : usedId;
    interrupt(false);
    track.value = null;
    options.onLost(usedId);
  }

  function recognise(): void {
    const { deviceId = '', groupId } = track.value?.getSettings() ?? {};
    const isReal = (device: MediaDeviceInfo) =>
      !aliases.includes(device.deviceId) && device.groupId === groupId;
    const real = aliases.includes(deviceId) ? listed().find(isReal)?.deviceId : deviceId;
    // One that has just been unplugged is not listed any more, and is still the one in use.
    usedId = real || usedId;
  }

  /** Takes what was asked for, unless something else was meanwhile. */
  async function change(
    wanted: MediaTrackConstraints,
    { letsGo = isHandheld(), onUsed = () => {} } = {},
  ): Promise<boolean> {
    const begun = ++generation;
    const before = track.value;
    // A phone gives its second camera or microphone only when the first is let go.
    if (letsGo) before?.stop();
    try {
      const next = await request(wanted);
      if (begun !== generation) {
        next.stop();
        return false;
      }
      use(next);
      onUsed();
      return true;
    } catch (error) {
      if (before?.readyState === 'ended' && track.value === before) track.value = null;
      throw error;
    }
  }

  return {
    track,
    choices,
    use,
    async open(): Promise<void> {
      const [best, any] = choices();
      const received = await request(best).catch((error) => {
        if (!any || isRefusal(error)) throw error;
        // The one that was chosen at another time is not there now, or somebody else's.
        return request(any);
      });
      use(received);
    },
    async choose(deviceId): Promise<void> {
      await change(exactly(deviceId), {
        onUsed() {
          wish = deviceId;
          lost = null;
        },
      });
    },
    async takeBack(): Promise<boolean> {
      const id = lost;
      if (!id || !track.value || usedId === id || !isListed(id)) return false;
      const onUsed = () => {
        lost = null;
      };
      return change(exactly(id), { onUsed }).catch(() => false);
    },
    async renew(): Promise<void> {
      // iOS takes a microphone from its first holder by itself; what was let go would be lost while the phone call runs.
      const letsGo = isHandheld() && !isIos();
      await change(usedId ? exactly(usedId) : choices()[0], { letsGo }).catch(() => undefined);
    },
    isSilent: () => isSilent,
    deviceId: () => usedId,
    recognise,
    stop(): void {
      generation++;
      interrupt(false);
      track.value?.stop();
      track.value = null;
    },
  };
}
