import { effect, type ReadonlySignal, signal } from '@preact/signals';
import type { Background, BackgroundMode } from '../media/background/background.ts';
import type { Devices } from '../media/devices.ts';
import type { Memory } from './memory.ts';

type Processed = { track: MediaStreamTrack; stop(): void };

/** The parts that are fetched only by those who choose them. */
export type EffectLoaders = {
  background(options: {
    track: MediaStreamTrack;
    mode: BackgroundMode;
    onSlow: () => void;
  }): Promise<Background>;
  /** The picture that a choice stands for. @throws when it is not there any more */
  picture(choice: string): Promise<Blob>;
  noise(track: MediaStreamTrack): Promise<Processed>;
};

/** none, blur, own (one's own picture), or the name of a built-in picture. */
type BackgroundChoice = string;
type EffectProblem = 'slow' | 'failed' | null;

/** What the others see and hear of the person's devices: the tracks to be sent, and how they were changed. */
export type EffectsModel = {
  microphone: ReadonlySignal<MediaStreamTrack | null>;
  camera: ReadonlySignal<MediaStreamTrack | null>;
  background: ReadonlySignal<BackgroundChoice>;
  noise: ReadonlySignal<boolean>;
  /** Whether a background is being prepared. */
  preparing: ReadonlySignal<boolean>;
  /** Why the background is worth turning off, or could not be had. */
  problem: ReadonlySignal<EffectProblem>;
  chooseBackground(choice: BackgroundChoice): void;
  chooseNoise(on: boolean): void;
};

/** The devices whose tracks are changed, where choices are kept, and how the code for it is loaded. */
export type EffectsOptions = {
  devices: Pick<Devices, 'microphone' | 'camera'>;
  memory: Pick<Memory, 'get' | 'keep'>;
  load: EffectLoaders;
};

/** What is done to the devices' own tracks before they are sent: the background, and the noise. */
export function createEffects({ devices, memory, load }: EffectsOptions): EffectsModel {
  const background = signal<BackgroundChoice>(memory.get('background') ?? 'none');
  const noise = signal(memory.get('noise') ?? false);
  const preparing = signal(false);
  const problem = signal<EffectProblem>(null);

  async function drawBackground(track: MediaStreamTrack): Promise<Processed> {
    const choice = background.peek();
    preparing.value = true;
    try {
      const mode = await modeOf(choice, load);
      const onSlow = () => {
        problem.value = 'slow';
      };
      return await load.background({ track, mode, onSlow });
    } finally {
      preparing.value = false;
    }
  }

  function chooseBackground(choice: BackgroundChoice): void {
    problem.value = null;
    background.value = choice;
    memory.keep('background', choice);
  }

  function chooseNoise(on: boolean): void {
    noise.value = on;
    memory.keep('noise', on);
  }

  const camera = processed({
    raw: devices.camera,
    choice: background,
    isOff: (choice) => choice === 'none',
    make: drawBackground,
    // What is behind a person is not shown because something failed: they are told, and decide.
    failed() {
      chooseBackground('none');
      problem.value = 'failed';
    },
    hides: true,
  });
  const microphone = processed({
    raw: devices.microphone,
    choice: noise,
    isOff: (on) => !on,
    make: (track) => load.noise(track),
    // Not forgotten: it may only have lacked a gesture of the person, and works the next time.
    failed() {
      noise.value = false;
    },
    hides: false,
  });

  return { microphone, camera, background, noise, preparing, problem, chooseBackground, chooseNoise };
}

async function modeOf(choice: BackgroundChoice, load: EffectLoaders): Promise<BackgroundMode> {
  return choice === 'blur' ? { kind: 'blur' } : { kind: 'image', image: await load.picture(choice) };
}

type ProcessedOptions<T> = {
  raw: ReadonlySignal<MediaStreamTrack | null>;
  choice: ReadonlySignal<T>;
  isOff(choice: T): boolean;
  make(track: MediaStreamTrack): Promise<Processed>;
  failed(): void;
  /** Whether the raw track is not to be seen meanwhile. */
  hides: boolean;
};

/**
 * A device's track as it is wished: the raw one, or what is made of it. What is sent goes on until the next is ready; a
 * device that is new is not, where its raw track is to be hidden, so that nobody is seen in the room they wished to hide.
 */
function processed<T>({ raw, choice, isOff, make, failed, hides }: ProcessedOptions<T>) {
  const track = signal<MediaStreamTrack | null>(null);
  let current: (Processed & { of: MediaStreamTrack }) | null = null;
  let generation = 0;

  function use(next: MediaStreamTrack | null, made: Processed | null, of: MediaStreamTrack | null): void {
    const before = current;
    current = made && of && { track: made.track, stop: () => made.stop(), of };
    track.value = next;
    before?.stop();
  }

  async function process(from: MediaStreamTrack, begun: number): Promise<void> {
    try {
      const made = await make(from);
      if (begun !== generation) return made.stop();
      use(made.track, made, from);
      // What draws it has crashed: the person is told, as when it could not be had at all.
      made.track.onended = () => {
        if (current?.track === made.track) failed();
      };
    } catch (error) {
      console.warn(error);
      if (begun === generation) failed();
    }
  }

  effect(() => {
    const from = raw.value;
    const chosen = choice.value;
    const begun = ++generation;
    if (!from || isOff(chosen)) return use(from, null, null);
    const goesOn = current?.of === from || track.peek() === from;
    if (!goesOn) use(hides ? null : from, null, null);
    void process(from, begun);
  });
  return track;
}
