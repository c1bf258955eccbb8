/** Cameras, microphones and loudspeakers that a test plugs in and out, as `navigator.mediaDevices` for code without a browser. */

type Kind = MediaDeviceKind;
type Device = { deviceId: string; kind: Kind; label?: string; groupId?: string };

class FakeTrack {
  readyState = 'live';
  muted = false;
  contentHint = '';
  onended: (() => void) | null = null;
  onmute: (() => void) | null = null;
  onunmute: (() => void) | null = null;
  readonly device: Device;

  constructor(device: Device) {
    this.device = device;
  }
  get kind() {
    return this.device.kind === 'audioinput' ? 'audio' : 'video';
  }
  get label() {
    return this.device.label ?? this.device.deviceId;
  }
  getSettings() {
    return { deviceId: this.device.deviceId, groupId: this.device.groupId };
  }
  stop() {
    this.readyState = 'ended';
  }
}

type Wanted = { deviceId?: { exact: string } } | boolean | undefined;

/** Installs them for the rest of the process; a file of tests that run one after the other shares them. */
export function plugDevices(...first: Device[]) {
  const devices = [...first];
  const tracks: FakeTrack[] = [];
  const asked: { audio?: Wanted; video?: Wanted }[] = [];
  /** How often a person was asked. */
  let prompts = 0;
  let isShy = false;
  const events = new EventTarget();

  function give(kind: Kind, wanted: Wanted): FakeTrack {
    const there = devices.filter((device) => device.kind === kind);
    const exact = typeof wanted === 'object' ? wanted.deviceId?.exact : undefined;
    const device = exact ? there.find(({ deviceId }) => deviceId === exact) : there[0];
    if (!device) throw new DOMException('', exact ? 'OverconstrainedError' : 'NotFoundError');
    const track = new FakeTrack(device);
    tracks.push(track);
    return track;
  }

  const mediaDevices = Object.assign(events, {
    async enumerateDevices() {
      return isShy && prompts === 0 ? devices.map(({ kind }) => ({ deviceId: '', kind })) : [...devices];
    },
    async getUserMedia({ audio, video }: { audio?: Wanted; video?: Wanted }) {
      asked.push({ audio, video });
      await null;
      // What is not there is refused before a person is asked.
      const given = [audio && give('audioinput', audio), video && give('videoinput', video)];
      const found = given.filter((track) => track instanceof FakeTrack);
      prompts++;
      return { getTracks: () => found };
    },
  });
  const shown = Object.assign(new EventTarget(), { visibilityState: 'visible' });
  // As Chromium.
  Object.defineProperty(navigator, 'userAgentData', { value: {}, configurable: true });
  Object.defineProperty(navigator, 'mediaDevices', { value: mediaDevices, configurable: true });
  Object.defineProperty(globalThis, 'document', { value: shown, configurable: true });
  Object.defineProperty(globalThis, 'isSecureContext', { value: true, configurable: true });
  const change = () => events.dispatchEvent(new Event('devicechange'));

  return {
    asked,
    prompts: () => prompts,
    /** As Safari and Firefox: which devices there are is told once a person has allowed one. */
    beShy(): void {
      isShy = true;
    },
    /** Fires what the system does to the tracks in use. */
    fire(kind: Kind, what: 'onmute' | 'onunmute'): void {
      for (const track of tracks)
        if (track.device.kind === kind && track.readyState === 'live') track[what]?.();
    },
    comeBackToThePage: () => shown.dispatchEvent(new Event('visibilitychange')),
    plug(...more: Device[]): void {
      devices.push(...more);
      change();
    },
    unplug(deviceId: string): void {
      devices.splice(
        devices.findIndex((device) => device.deviceId === deviceId),
        1,
      );
      for (const track of tracks) {
        if (track.device.deviceId !== deviceId || track.readyState === 'ended') continue;
        track.readyState = 'ended';
        track.onended?.();
      }
      change();
    },
  };
}
