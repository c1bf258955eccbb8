/** Addresses by which the browser inside of an app opens a link in the phone's own browser. */

/** The page's own address as LINE opens it: in the phone's browser. */
export function outOfLine(address: string): string {
  const url = new URL(address);
  url.searchParams.set('openExternalBrowser', '1');
  return url.href;
}

/** The page's own address as Android opens it: in the phone's browser. The token stays in it, behind the first `#`. */
export function outOfAndroid(address: string): string {
  const { protocol, host, pathname, hash } = new URL(address);
  return `intent://${host}${pathname}${hash}#Intent;scheme=${protocol.slice(0, -1)};action=android.intent.action.VIEW;end`;
}
