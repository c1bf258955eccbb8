/** Keeps a phone's screen on until the returned function is called; the browser lets go whenever it is hidden. */
export function keepScreenOn(): () => void {
  let lock: WakeLockSentinel | null = null;
  let stopped = false;
  const ask = async () => {
    if (document.visibilityState !== 'visible') return;
    // Refused on a low battery, missing in some browsers: then the screen goes dark as it always does.
    const got = (await navigator.wakeLock?.request('screen').catch(() => null)) ?? null;
    if (stopped) await got?.release();
    else lock = got;
  };
  document.addEventListener('visibilitychange', ask);
  void ask();
  return () => {
    stopped = true;
    document.removeEventListener('visibilitychange', ask);
    void lock?.release();
  };
}
