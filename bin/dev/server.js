import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';

const program = join(import.meta.dirname, 'serve.js');
/** Where debuggers look. */
const INSPECTOR_PORT = 9229;
/** Milliseconds to end in: a server that a debugger is attached to does not. */
const PATIENCE_MS = 2000;

/**
 * Keeps the server as a child process, with an inspector.
 * @param args of `serve`
 */
export async function keepServer(args, { say }) {
  const port = await inspectorPort();
  let child = null;
  let isOver = false;

  function run() {
    const started = spawn(process.execPath, [`--inspect=127.0.0.1:${port}`, program, ...args], {
      // Not the terminal itself: there would be two large QR codes at every start.
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    started.stdout.pipe(process.stdout, { end: false });
    started.on('exit', (code, signal) => {
      if (started.killed) return;
      // It was asked for its help, or its options make no sense: no change of the sources would mend that.
      if (code === 0 || code === 2) process.exit(code);
      say(`the server has ended (${signal ?? code}), and is started again when something changes`);
    });
    return started;
  }

  // However this process ends, by an error too.
  process.on('exit', () => child?.kill('SIGTERM'));
  return {
    start() {
      child ??= run();
    },
    /** Where it has ended, too; not before it was started. */
    async restart() {
      if (!child) return;
      say('the server is restarted');
      await stop(child);
      if (!isOver) child = run();
    },
    /** Resolves when it is gone, and does not come back. */
    async end() {
      isOver = true;
      if (child) await stop(child);
    },
  };
}

async function stop(child) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), PATIENCE_MS);
  await exited;
  clearTimeout(timer);
}

/** Any free port where another program has the usual one. */
async function inspectorPort() {
  const probe = createServer().listen(INSPECTOR_PORT, '127.0.0.1');
  try {
    await once(probe, 'listening');
    return INSPECTOR_PORT;
  } catch {
    return 0;
  } finally {
    probe.close();
  }
}
