import { type Signal, useSignal } from '@preact/signals';
import type { ComponentType } from 'preact';
import { useEffect } from 'preact/hooks';
import type { Interview } from '../models/interview.ts';
import type { Memory } from '../models/memory.ts';
import { loadCall } from '../parts.ts';
import { Check } from './Check.tsx';
import { End } from './End.tsx';
import { Connecting, NoLink, Problem } from './Problem.tsx';
import { Waiting } from './Waiting.tsx';

type CallPage = ComponentType<{ interview: Interview }>;

export function App({ interview, memory }: { interview: Interview | null; memory: Memory }) {
  const callPage = useSignal<CallPage | null>(null);
  if (!interview) return <NoLink memory={memory} />;
  const screen = interview.screen.value;
  switch (screen.name) {
    case 'connecting':
      return <Connecting interview={interview} />;
    case 'check':
      return <Check interview={interview} />;
    case 'waiting':
      return (
        <>
          <Waiting interview={interview} />
          {interview.namesReady.value && <Loading page={callPage} />}
        </>
      );
    case 'call':
      return callPage.value ? <callPage.value interview={interview} /> : <Loading page={callPage} />;
    case 'end':
      return <End interview={interview} reason={screen.reason} />;
    default:
      return <Problem interview={interview} screen={screen} />;
  }
}

/** Fetches the call's code, from the moment that a person can ask to come in: being let in makes no pause then. */
function Loading({ page }: { page: Signal<CallPage | null> }) {
  useEffect(() => {
    if (page.value) return;
    loadCall().then(
      ({ Call }) => {
        page.value = Call;
      },
      // With a line that works: the server was updated meanwhile, and the new page has new names.
      () => navigator.onLine && location.reload(),
    );
  }, [page]);
  return null;
}
