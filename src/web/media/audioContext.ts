/** The page's one AudioContext: browsers allow few, and let sound start only after a gesture. */
let shared: AudioContext | null = null;

/** The loudspeaker that sound goes through; empty: the system's own choice. */
let sinkId = '';

const gestures = ['pointerdown', 'keydown', 'touchend'] as const;

/** Made at the first call; while the browser holds it back, the person's next gesture starts it. */
export function audioContext(): AudioContext {
  shared ??= create();
  return shared;
}

/** Where sound goes to, from now on; not every browser lets that be chosen. */
export function soundThrough(outputId: string): void {
  sinkId = outputId;
  if (shared) applySink(shared);
}

function applySink(context: AudioContext): void {
  const { setSinkId } = context as { setSinkId?: (id: string) => Promise<void> };
  setSinkId?.call(context, sinkId).catch(() => {
    // Unplugged meanwhile: the default one goes on.
  });
}

function create(): AudioContext {
  const context = new AudioContext({ latencyHint: 'interactive' });
  if (sinkId) applySink(context);
  const resume = () => {
    // Refused until there is a gesture: the next one tries again.
    context.resume().catch(() => {});
  };
  const follow = () => {
    for (const type of gestures) {
      if (context.state === 'running') removeEventListener(type, resume, true);
      else addEventListener(type, resume, true);
    }
  };
  // iOS interrupts a running context for a phone call, so this is asked again at each change.
  context.addEventListener('statechange', follow);
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible' && context.state !== 'running') resume();
  });
  follow();
  resume();
  return context;
}
