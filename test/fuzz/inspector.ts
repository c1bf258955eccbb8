/** Asks a Node process that was started with --inspect what it holds, when what nobody uses any more is let go. */
import { once } from 'node:events';
import { WebSocket } from 'ws';

/** Bytes that are in use. */
export type Held = { heapUsed: number; external: number };

/** @param address as the process has printed it: ws://127.0.0.1:9229/... */
export async function heldBy(address: string): Promise<Held> {
  const socket = new WebSocket(address);
  await once(socket, 'open');
  // Twice: what a finalizer holds goes with the second.
  for (let i = 0; i < 2; i++) await ask(socket, 'HeapProfiler.collectGarbage');
  const { result } = await ask(socket, 'Runtime.evaluate', {
    expression: 'JSON.stringify(process.memoryUsage())',
  });
  socket.terminate();
  return JSON.parse(result.value);
}

async function ask(socket: WebSocket, method: string, params = {}) {
  socket.send(JSON.stringify({ id: 1, method, params }));
  for (;;) {
    const [data] = await once(socket, 'message');
    const answer = JSON.parse(String(data));
    if (answer.id === 1) return answer.result;
  }
}
