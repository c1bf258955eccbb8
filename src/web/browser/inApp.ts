/** The browsers inside of other apps: they look like Chrome or Safari, and often give no camera and no microphone. */

import { type DeviceEnvironment, isIos } from './ios.ts';

type Environment = { navigator: DeviceEnvironment['navigator'] & { standalone?: boolean } };

// In this order: those of one maker name each other.
const apps: [string, RegExp][] = [
  ['LINE', /\bLine\/\d/],
  ['Messenger', /\bFBAN\/Messenger|\bOrca-Android|\bMessenger(?:Lite)?ForiOS/],
  ['Instagram', /\bInstagram \d/],
  ['Threads', /\bBarcelona \d/],
  ['Facebook', /\bFB(?:AN|AV|_IAB)\b/],
  ['Yahoo! JAPAN', /\bYJApp\b|\bjp\.co\.yahoo\./],
  ['X', /\bTwitter(?:Android| for )/],
  ['TikTok', /\b(?:TikTok|musical_ly|trill|Bytedance\w*)/],
  ['Google', /\bGSA\//],
  ['KakaoTalk', /\bKAKAOTALK\b/i],
  ['WeChat', /\bMicroMessenger\//],
  ['Slack', /\bSlack(?:_SSB)?\//],
  ['Microsoft Teams', /\bTeams(?:Mobile\b|\/)/],
  ['LinkedIn', /\bLinkedInApp\b/],
  ['Pinterest', /\bPinterest(?:\/| for )/],
  ['Snapchat', /\bSnapchat\b/],
  ['WhatsApp', /\bWhatsApp\//],
  ['Telegram', /\bTelegram\b/],
  ['Discord', /\bdiscord\//i],
  ['NAVER', /\bNAVER\(/],
  ['SmartNews', /\bSmartNews\b/],
];

/** The app that this browser is in; empty: one that does not tell its name; null: it is a browser of its own. */
export function appAround(environment: Environment = globalThis): string | null {
  const { userAgent, standalone } = environment.navigator;
  const [name] = apps.find(([, pattern]) => pattern.test(userAgent)) ?? [];
  if (name) return name;
  if (/Android.*; wv\)/.test(userAgent)) return '';
  // Browsers of iOS say which they are and Safari; one that was put on the home screen says neither.
  const isView = isIos(environment) && !/\bSafari\//.test(userAgent);
  return isView && !standalone ? '' : null;
}
