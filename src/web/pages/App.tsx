import { type Signal, useSignal } from '@preact/signals';
import type { ComponentChildren, ComponentType } from 'preact';
import { useEffect } from 'preact/hooks';
import type { EndReason } from '../../protocol/messages.ts';
import { page } from '../browser/page.ts';
import { DialogLoader } from '../components/LazyDialog.tsx';
import type { Interview } from '../models/interview.ts';
import { loadPages } from '../parts.ts';
import { Check } from './Check.tsx';
import { EarlyScreen } from './EarlyScreen.tsx';
import { Connecting, Problem } from './Problem.tsx';
import { Waiting } from './Waiting.tsx';

type LatePages = {
  Call: ComponentType<{ interview: Interview }>;
  End: ComponentType<{ interview: Interview; reason: EndReason }>;
};

type AppProps = { interview: Interview | null; children?: ComponentChildren };

/** The whole page: the screen that the interview is on, or what stands in its place. */
export function App({ interview, children }: AppProps) {
  return (
    <DialogLoader.Provider value={loadPages}>
      {interview ? <Screens interview={interview} /> : children}
    </DialogLoader.Provider>
  );
}

function Screens({ interview }: { interview: Interview }) {
  const pages = useSignal<LatePages | null>(null);
  const screen = interview.screen.value;
  switch (screen.name) {
    case 'connecting':
      return <Connecting interview={interview} />;
    case 'early':
      return <EarlyScreen interview={interview} />;
    case 'check':
      return <Check interview={interview} />;
    case 'waiting':
      return (
        <>
          <Waiting interview={interview} />
          {interview.seat.namesReady.value && <Loading pages={pages} />}
        </>
      );
    case 'call':
      return pages.value ? <pages.value.Call interview={interview} /> : <Loading pages={pages} />;
    case 'end':
      return pages.value ? (
        <pages.value.End interview={interview} reason={screen.reason} />
      ) : (
        <Loading pages={pages} />
      );
    default:
      return <Problem interview={interview} screen={screen} />;
  }
}

/** Fetches the call and its end, from the moment that a person can ask to come in: being let in makes no pause then. */
function Loading({ pages }: { pages: Signal<LatePages | null> }) {
  useEffect(() => {
    if (pages.value) return;
    loadPages().then(
      (loaded) => {
        pages.value = loaded;
      },
      // With a line that works: the server was updated meanwhile, and the new page has new names.
      () => page.isOnline() && page.reload(),
    );
  }, [pages]);
  return null;
}
