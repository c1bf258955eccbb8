/** How often a bar is drawn anew, in milliseconds. */
const REDRAW_MS = 100;
const WIDTH = 30;

/** A bar on standard error, where somebody looks at it; nothing else hears of it. */
export type Progress = { at: (done: number) => void; end: () => void };

/** @param what e.g. "rows"; the bar reads [#####-----]  45 %  450,000 of 1,000,000 rows */
export function showProgress(total: number, what: string): Progress {
  if (!process.stderr.isTTY) return { at: () => undefined, end: () => undefined };
  let drawnAt = 0;
  const draw = (done: number) => {
    drawnAt = performance.now();
    // More may have been written since the total was counted.
    const share = total === 0 ? 1 : Math.min(1, done / total);
    const bar = '#'.repeat(Math.round(share * WIDTH)).padEnd(WIDTH, '-');
    // Not of `share`: 0.29 * 100 is a little less than 29.
    const percent = String(total === 0 ? 100 : Math.min(100, Math.floor((done * 100) / total))).padStart(3);
    process.stderr.write(
      `\r[${bar}] ${percent} %  ${done.toLocaleString('en')} of ${Math.max(total, done).toLocaleString('en')} ${what}`,
    );
  };
  return {
    at(done) {
      if (performance.now() - drawnAt >= REDRAW_MS) draw(done);
    },
    // The line is taken away: what follows says how it ended.
    end: () => void (drawnAt && process.stderr.write('\r\u001B[2K')),
  };
}
