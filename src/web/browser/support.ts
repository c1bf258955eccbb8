import { appAround } from './inApp.ts';

/** What this browser is and whether it can hold an interview. */
export type BrowserSupport = {
  /** Whether everything that a call needs is there. */
  ok: boolean;
  /** Chrome, Edge, Firefox, Safari, or the browser's own name as far as it tells. */
  name: string;
  /** Major version; null when it does not tell. */
  version: number | null;
  /** Whether the manual names it [6]; others are told so, not blocked. */
  recommended: boolean;
  /** The names of the features that are missing. */
  missing: string[];
  /** The app whose browser it is; empty: one without a name; null: none. */
  inApp: string | null;
};

type UserAgentData = { mobile?: boolean; platform?: string };
type Browser = Pick<Navigator, 'userAgent' | 'platform' | 'maxTouchPoints' | 'mediaDevices'> & {
  standalone?: boolean;
  userAgentData?: UserAgentData;
};
/** What of the browser tells whether an interview is possible in it. */
export type SupportEnvironment = {
  navigator: Browser;
  RTCPeerConnection?: unknown;
  WebSocket?: unknown;
  AudioContext?: unknown;
  MediaStream?: unknown;
};

const leastVersions: Record<string, number> = { Chrome: 117, Edge: 118, Firefox: 118, Safari: 17 };

// In this order: Edge and Opera name Chrome as well, and everyone names Safari.
const names: [string, RegExp][] = [
  ['Edge', /\bEdg(?:A|iOS)?\/(\d+)/],
  ['Opera', /\b(?:OPR|OPiOS|OPT|OPX)\/(\d+)/],
  ['DuckDuckGo', /\b(?:DuckDuckGo|Ddg)\/(\d+)/],
  ['Yandex', /\bYaBrowser\/(\d+)/],
  ['UC Browser', /\bUCBrowser\/(\d+)/],
  ['Samsung Internet', /\bSamsungBrowser\/(\d+)/],
  ['Firefox', /\b(?:Firefox|FxiOS)\/(\d+)/],
  ['Chrome', /\b(?:Chrome|HeadlessChrome|CriOS)\/(\d+)/],
  ['Safari', /\bVersion\/(\d+)[\d.]* (?:Mobile\/\S+ )?Safari\//],
];

/** Looks for what a call needs and reads name and version from the user agent. */
export function browserSupport(environment: SupportEnvironment = globalThis): BrowserSupport {
  const missing = missingFeatures(environment);
  const inApp = appAround(environment);
  const { name, version } = inApp
    ? { name: inApp, version: null }
    : identify(environment.navigator.userAgent);
  const recommended = inApp === null && isRecommended(name, version, environment.navigator.userAgent);
  return { ok: missing.length === 0, name, version, recommended, missing, inApp };
}

/** Whether this is a phone or a tablet: no screen sharing, no choice of loudspeaker, no backgrounds there. */
export function isHandheld({ navigator }: SupportEnvironment = globalThis): boolean {
  const { userAgent, platform, maxTouchPoints, userAgentData } = navigator as Browser;
  if (userAgentData?.mobile || userAgentData?.platform === 'Android') return true;
  if (/Android|iPhone|iPad|iPod/.test(userAgent)) return true;
  // An iPad says that it is a Mac, but no Mac has a touch screen.
  return platform === 'MacIntel' && maxTouchPoints > 1;
}

function missingFeatures(environment: SupportEnvironment): string[] {
  const features: Record<string, boolean> = {
    WebRTC: typeof environment.RTCPeerConnection === 'function',
    getUserMedia: typeof environment.navigator.mediaDevices?.getUserMedia === 'function',
    WebSocket: typeof environment.WebSocket === 'function',
    AudioContext: typeof environment.AudioContext === 'function',
    MediaStream: typeof environment.MediaStream === 'function',
  };
  return Object.keys(features).filter((feature) => !features[feature]);
}

function identify(userAgent: string): { name: string; version: number | null } {
  for (const [name, pattern] of names) {
    const found = pattern.exec(userAgent);
    if (found) return { name, version: Number(found[1]) };
  }
  return { name: '', version: null };
}

function isRecommended(name: string, version: number | null, userAgent: string): boolean {
  const least = leastVersions[name];
  if (least === undefined || version === null || version < least) return false;
  if (/iPhone|iPad|iPod/.test(userAgent)) return name === 'Safari';
  if (/Android/.test(userAgent)) return name === 'Chrome';
  return true;
}
