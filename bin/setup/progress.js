/** Turns between two lines where nobody looks at a screen: a log needs no line for every step. */
const EVERY_MS = 10_000;

/**
 * Says that a step begins, how far it is (`update`), and that it is done. On a terminal it stays one line.
 */
export function progress(step, output = process.stdout) {
  const started = Date.now();
  let saidAt = 0;
  const say = (text, end) => {
    if (output.isTTY) output.write(`\r\x1b[2Ksetup: ${step}${text}${end ? '\n' : ''}`);
    else output.write(`setup: ${step}${text}\n`);
  };
  say(' ...', false);
  return {
    update(text) {
      if (!output.isTTY && Date.now() - saidAt < EVERY_MS) return;
      saidAt = Date.now();
      say(`: ${text}`, false);
    },
    done() {
      say(`: done in ${Math.round((Date.now() - started) / 1000)} s`, true);
    },
    /** Leaves the line as it is, for what follows. */
    leave() {
      if (output.isTTY) output.write('\n');
    },
  };
}

/** Runs a step under its progress. A step that gives false was not done, and has said why by `update`. */
export async function step(name, work) {
  const shown = progress(name);
  try {
    const result = await work(shown.update);
    if (result === false) shown.leave();
    else shown.done();
    return result;
  } catch (error) {
    shown.leave();
    throw error;
  }
}
