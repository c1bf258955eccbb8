const LEAST_PER_SECOND = 12;
const WINDOW_MS = 1000;
const SLOW_MS = 5000;

/**
 * Calls `onSlow` once when for 5 s fewer than 12 frames a second come out and making them is why: a camera that
 * gives few in the dark is none of our doing.
 * @returns to be called after each frame with when its making began and ended
 */
export function watchSlowness(onSlow: () => void): (began: number, ended: number) => void {
  let windowBegan: number | null = null;
  let frames = 0;
  let busyMs = 0;
  let slowMs = 0;
  let isTold = false;
  return (began, ended) => {
    windowBegan ??= began;
    frames += 1;
    busyMs += ended - began;
    const elapsed = ended - windowBegan;
    if (isTold || elapsed < WINDOW_MS) return;
    const isSlow = frames < (LEAST_PER_SECOND * elapsed) / 1000 && busyMs > elapsed / 2;
    slowMs = isSlow ? slowMs + elapsed : 0;
    [windowBegan, frames, busyMs] = [ended, 0, 0];
    if (slowMs < SLOW_MS) return;
    isTold = true;
    onSlow();
  };
}
