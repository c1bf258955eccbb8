import '@digital-go-jp/design-tokens/dist/tokens.css';
import './styles/base.css';
import { computed, effect } from '@preact/signals';
import { render } from 'preact';
import { browserStorage } from './browser/browserStorage.ts';
import { refuseDrops } from './browser/drops.ts';
import { followLinks, openedLink } from './browser/link.ts';
import { browserSupport } from './browser/support.ts';
import { interviewText } from './components/roomText.ts';
import { createConnection } from './connection/connection.ts';
import { language, startLanguage, words } from './i18n/language.ts';
import { createDevices } from './media/devices.ts';
import { chooseOutput, hasOutput } from './media/output.ts';
import { playBegunSound, startRequestSound } from './media/sounds.ts';
import { createInterview, type Interview } from './models/interview.ts';
import { createMemory } from './models/memory.ts';
import { App } from './pages/App.tsx';
import { NoLink } from './pages/Problem.tsx';
import { loadEffects, loadInApp, loadMedia } from './parts.ts';

/** Characters of a token that are the link's public id; the rest is its secret. */
const ID_CHARACTERS = 22;

const link = openedLink();
const { token } = link;
const memory = createMemory((token ?? '').slice(0, ID_CHARACTERS), browserStorage());
const support = browserSupport();
const root = document.getElementById('app') as HTMLElement;
refuseDrops();
await startLanguage(memory, navigator.languages);
effect(() => {
  document.documentElement.lang = language.value;
});

// Who has a seat here has read it, and has gone on.
if (token && support.inApp !== null && !memory.resumeKey()) await tellOfApp();

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
      support,
      loadMedia: async () => (await loadMedia()).createMediaSession,
    })
  : null;

if (interview) announce(interview);
followLinks(() => interview?.screen.value.name === 'call');
render(
  <App interview={interview}>
    <NoLink memory={memory} problem={link.token === null ? link.problem : 'none'} />
  </App>,
  root,
);

/** Until the person goes on in the browser of this app. */
async function tellOfApp(): Promise<void> {
  const { InApp } = await loadInApp();
  await new Promise<void>((onContinue) =>
    render(
      <App interview={null}>
        <InApp support={support} memory={memory} onContinue={onContinue} />
      </App>,
      root,
    ),
  );
}

/**
 * A knock is heard until it is answered, that one was let in is heard once; both are seen in the tab's title, as the person may
 * be elsewhere.
 */
function announce({ people, screen, interviewer, seat }: Interview): void {
  const isInCall = computed(() => screen.value.name === 'call');
  const isIn = computed(() => isInCall.value || screen.value.name === 'waiting');
  const knocks = computed(() =>
    isIn.value ? people.asking.value.length + interviewer.moveRequests.value.length : 0,
  );
  const hasBegun = computed(() => isInCall.value && seat.begun.value);
  let stopSound: (() => void) | null = null;
  effect(() => {
    const { begun } = words.value;
    const room = seat.room.value;
    const shown = room && interviewText(room);
    const title = shown ? `${shown} | ${words.value.title}` : words.value.title;
    const news = hasBegun.value ? `${begun} | ` : '';
    document.title = knocks.value > 0 ? `(${knocks.value}) ${title}` : `${news}${title}`;
  });
  effect(() => {
    if (hasBegun.value) void playBegunSound();
  });
  effect(() => {
    const waiting = knocks.value;
    if (waiting > 0) stopSound ??= startRequestSound(() => interviewer.requestVolume.value);
    else {
      stopSound?.();
      stopSound = null;
    }
  });
}
