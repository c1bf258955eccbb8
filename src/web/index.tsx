import '@digital-go-jp/design-tokens/dist/tokens.css';
import './styles/base.css';
import { effect } from '@preact/signals';
import { render } from 'preact';
import { browserStorage } from './browser/browserStorage.ts';
import { browserSupport } from './browser/support.ts';
import { createConnection } from './connection/connection.ts';
import { language, startLanguage, words } from './i18n/language.ts';
import { createDevices } from './media/devices.ts';
import { chooseOutput, hasOutput } from './media/output.ts';
import { startRequestSound } from './media/sounds.ts';
import { createInterview, type Interview } from './models/interview.ts';
import { createMemory } from './models/memory.ts';
import { App } from './pages/App.tsx';
import { loadEffects, loadMedia } from './parts.ts';

/** Characters of a token that are the link's public id; the rest is its secret. */
const ID_CHARACTERS = 22;

const token = location.hash.slice(1);
const memory = createMemory(token.slice(0, ID_CHARACTERS), browserStorage());
await startLanguage(memory, navigator.languages);

chooseOutput(memory.get('outputId') ?? '');

const interview = token
  ? createInterview({
      token,
      memory,
      connect: createConnection,
      devices: createDevices({
        microphone: memory.get('microphoneId'),
        camera: memory.get('cameraId'),
      }),
      loadEffects,
      hasOutput,
      measureSpeed: async (onProgress) => (await loadMedia()).measureSpeed({ token, onProgress }),
      support: browserSupport(),
      loadMedia: async () => (await loadMedia()).createMediaSession,
    })
  : null;

effect(() => {
  document.documentElement.lang = language.value;
});
if (interview) announceRequests(interview);
// Another link in the same tab is another interview.
addEventListener('hashchange', () => location.reload());
render(<App interview={interview} memory={memory} />, document.getElementById('app') as HTMLElement);

/** A knock is heard until it is answered, and seen in the tab's title. */
function announceRequests({ people, screen, host }: Interview): void {
  let stopSound: (() => void) | null = null;
  effect(() => {
    const waiting = screen.value.name === 'call' ? people.requests.value.length : 0;
    document.title = waiting > 0 ? `(${waiting}) ${words.value.title}` : words.value.title;
    if (waiting > 0) stopSound ??= startRequestSound(() => host.requestVolume.value);
    else {
      stopSound?.();
      stopSound = null;
    }
  });
}
