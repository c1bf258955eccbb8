import { setInterval } from 'node:timers';
import type { ExecutionContext } from 'ava';
import type { Page } from 'playwright-core';

const PERIOD_MS = 150;
const RUNNING_MS = 12;

/**
 * Lets the page's process run a twelfth of the time, workers included (CDP's CPU throttling is for the main thread
 * alone).
 * @returns ends it; the test's end does as well
 */
export async function slowDown(t: ExecutionContext, page: Page): Promise<() => void> {
  const browser = page.context().browser();
  if (!browser) throw new Error('no browser');
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  const pids = processInfo.filter(({ type }) => type === 'renderer').map(({ id }) => id);
  const signal = (name: 'SIGSTOP' | 'SIGCONT') => {
    for (const pid of pids) process.kill(pid, name);
  };
  const timer = setInterval(() => {
    signal('SIGCONT');
    setTimeout(() => isSlow && signal('SIGSTOP'), RUNNING_MS);
  }, PERIOD_MS);
  let isSlow = true;
  const undo = () => {
    if (!isSlow) return;
    isSlow = false;
    clearInterval(timer);
    signal('SIGCONT');
  };
  t.teardown(undo);
  return undo;
}
