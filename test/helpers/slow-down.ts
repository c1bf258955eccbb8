import { setInterval } from 'node:timers';
import type { ExecutionContext } from 'ava';
import type { Page } from 'playwright-core';
import { renderersOf } from './renderers.ts';

const PERIOD_MS = 150;
const RUNNING_MS = 12;

/**
 * Lets the page's process run a twelfth of the time, workers included (CDP's CPU throttling is for the main thread
 * alone).
 * @returns ends it; the test's end does as well
 */
export async function slowDown(t: ExecutionContext, page: Page): Promise<() => void> {
  const renderers = await renderersOf(t, page);
  const timer = setInterval(() => {
    renderers.continue();
    setTimeout(() => isSlow && renderers.stop(), RUNNING_MS);
  }, PERIOD_MS);
  let isSlow = true;
  const undo = () => {
    if (!isSlow) return;
    isSlow = false;
    clearInterval(timer);
    renderers.continue();
  };
  t.teardown(undo);
  return undo;
}
