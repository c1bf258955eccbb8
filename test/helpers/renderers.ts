import type { ExecutionContext } from 'ava';
import type { Page } from 'playwright-core';
import type { Person } from './interview.ts';

/** Stops and continues the processes of all pages in a browser; those of its network go on. The test's end continues them. */
export async function renderersOf(t: ExecutionContext, page: Page) {
  const browser = page.context().browser();
  if (!browser) throw new Error('no browser');
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  const pids = processInfo.filter(({ type }) => type === 'renderer').map(({ id }) => id);
  const signal = (name: 'SIGSTOP' | 'SIGCONT') => {
    for (const pid of pids) signalIfThere(pid, name);
  };
  const renderers = { stop: () => signal('SIGSTOP'), continue: () => signal('SIGCONT') };
  t.teardown(renderers.continue);
  return renderers;
}

/** To a process that may have ended since it was listed. */
export function signalIfThere(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/**
 * Someone's tab stands still for so long, while something else happens; resolves with the moment at which it goes on. Not
 * the browser's own word for it, which Chromium takes of hidden pages alone and never of one in a call.
 */
export async function freezeTab(
  t: ExecutionContext,
  { page }: Person,
  ms: number,
  meanwhile: () => Promise<unknown> = async () => undefined,
): Promise<number> {
  const renderers = await renderersOf(t, page);
  const began = Date.now();
  renderers.stop();
  await meanwhile();
  await new Promise((resolve) => setTimeout(resolve, began + ms - Date.now()));
  // Before it goes on: what it shows at once may be earlier than this process comes to its next line.
  const goesOnAt = Date.now();
  renderers.continue();
  return goesOnAt;
}
