/** What the connection uses of the browser. */

/** online: the machine is in a network again, maybe another one. awake: it, the tab or the person was away. */
export type Wake = 'online' | 'awake';

/** What a connection needs of the browser. */
export type ConnectionEnvironment = {
  openSocket(subprotocols: string[]): WebSocket;
  onWake(callback: (what: Wake) => void): () => void;
  /** The page goes; `mayReturn`: the browser may show it again as it is. */
  onGoing(callback: (mayReturn: boolean) => void): () => void;
  /** Whether the server answers; never rejects. */
  isThere(): Promise<boolean>;
};

/** The browser itself. */
export const browser: ConnectionEnvironment = {
  openSocket: (subprotocols) =>
    new WebSocket(new URL('/ws', location.href.replace(/^http/, 'ws')), subprotocols),
  onWake(callback) {
    const online = () => callback('online');
    const awake = () => callback('awake');
    const visible = () => document.visibilityState === 'visible' && awake();
    addEventListener('online', online);
    document.addEventListener('visibilitychange', visible);
    document.addEventListener('resume', awake);
    const stopTicking = onSleep(awake);
    return () => {
      removeEventListener('online', online);
      document.removeEventListener('visibilitychange', visible);
      document.removeEventListener('resume', awake);
      stopTicking();
    };
  },
  onGoing(callback) {
    const hide = ({ persisted }: PageTransitionEvent) => callback(persisted);
    addEventListener('pagehide', hide);
    return () => removeEventListener('pagehide', hide);
  },
  async isThere() {
    const signal = AbortSignal.timeout(ANSWER_MS);
    const answer = await fetch('/healthz', { method: 'HEAD', cache: 'no-store', signal }).catch(() => null);
    // A proxy before a server that is away answers with 502 and the like.
    return answer !== null && answer.status < 500;
  },
};

const ANSWER_MS = 2_000;
const TICK_MS = 1_000;
/** A clock that was still for so long belongs to a machine that slept: a busy page, or a hidden one, is not as late. */
const SLEPT_MS = 5_000;

/** By the wall clock: others may stand still with the machine. */
function onSleep(callback: () => void): () => void {
  let last = Date.now();
  const timer = setInterval(() => {
    const now = Date.now();
    if (now - last > SLEPT_MS) callback();
    last = now;
  }, TICK_MS);
  return () => clearInterval(timer);
}
