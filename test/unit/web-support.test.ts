import test from 'ava';
import { outOfAndroid, outOfLine } from '../../src/web/browser/outOfApp.ts';
import { browserSupport, isHandheld, type SupportEnvironment } from '../../src/web/browser/support.ts';
import { handlerFor } from '../../src/web/media/device.ts';

class Present {}

function environment(userAgent: string, navigator: Record<string, unknown> = {}, missing: string[] = []) {
  const present = {
    RTCPeerConnection: Present,
    WebSocket: Present,
    AudioContext: Present,
    MediaStream: Present,
  };
  for (const name of missing) delete (present as Record<string, unknown>)[name];
  return {
    navigator: {
      userAgent,
      platform: '',
      maxTouchPoints: 0,
      mediaDevices: { getUserMedia() {} },
      ...navigator,
    },
    ...present,
  } as unknown as SupportEnvironment;
}

const windows = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64)';
const webkit = 'AppleWebKit/537.36 (KHTML, like Gecko)';
const chrome = (version: number) => `${windows} ${webkit} Chrome/${version}.0.0.0 Safari/537.36`;
const mac = 'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko)';
const iPhone =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)';
const android = 'Mozilla/5.0 (Linux; Android 10; K)';

const browsers: [string, string, number | null, boolean][] = [
  [chrome(117), 'Chrome', 117, true],
  [chrome(116), 'Chrome', 116, false],
  [`${chrome(118)} Edg/118.0.0.0`, 'Edge', 118, true],
  [`${chrome(117)} Edg/117.0.0.0`, 'Edge', 117, false],
  [`${chrome(120)} OPR/106.0.0.0`, 'Opera', 106, false],
  [`${iPhone} OPiOS/16.0.15 Mobile/15E148 Safari/9537.53`, 'Opera', 16, false],
  [`${iPhone} Version/17.0 Mobile/15E148 Safari/604.1 OPT/4.3.1`, 'Opera', 4, false],
  [`${android} ${webkit} Chrome/120.0.0.0 Mobile DuckDuckGo/5 Safari/537.36`, 'DuckDuckGo', 5, false],
  [`${iPhone} Version/17.0 YaBrowser/23.9 Mobile/15E148 Safari/604.1`, 'Yandex', 23, false],
  ['Mozilla/5.0 (Windows NT 10.0; rv:118.0) Gecko/20100101 Firefox/118.0', 'Firefox', 118, true],
  [`${mac} Version/17.1 Safari/605.1.15`, 'Safari', 17, true],
  [`${mac} Version/16.6 Safari/605.1.15`, 'Safari', 16, false],
  [`${iPhone} Version/17.0 Mobile/15E148 Safari/604.1`, 'Safari', 17, true],
  [`${iPhone} CriOS/120.0.0.0 Mobile/15E148 Safari/604.1`, 'Chrome', 120, false],
  [`${android} ${webkit} Chrome/120.0.0.0 Mobile Safari/537.36`, 'Chrome', 120, true],
  [`${android} ${webkit} Chrome/120.0.0.0 Mobile Safari/537.36 EdgA/120.0.0.0`, 'Edge', 120, false],
  ['Something/1.0', '', null, false],
];

for (const [userAgent, name, version, recommended] of browsers) {
  test(`${userAgent} is ${name} ${version}, ${recommended ? '' : 'not '}recommended, and not blocked`, (t) => {
    const expected = { ok: true, name, version, recommended, missing: [], inApp: null };
    t.deepEqual(browserSupport(environment(userAgent)), expected);
  });
}

test('what is missing is named', (t) => {
  const bare = environment(chrome(120), { mediaDevices: undefined }, ['RTCPeerConnection']);
  const { ok, missing } = browserSupport(bare);
  t.false(ok);
  t.deepEqual(missing, ['WebRTC', 'getUserMedia']);
});

test('phones and tablets are handheld, an iPad that says it is a Mac as well', (t) => {
  t.true(isHandheld(environment(iPhone)));
  t.true(isHandheld(environment(android)));
  t.true(isHandheld(environment(mac, { platform: 'MacIntel', maxTouchPoints: 5 })));
  t.true(isHandheld(environment(chrome(120), { userAgentData: { mobile: true } })));
  t.true(isHandheld(environment(chrome(120), { userAgentData: { mobile: false, platform: 'Android' } })));
});

test('a Mac and a Windows machine with a touch screen are not handheld', (t) => {
  t.false(isHandheld(environment(mac, { platform: 'MacIntel' })));
  t.false(isHandheld(environment(chrome(120), { platform: 'Win32', maxTouchPoints: 10 })));
});

const webView = `${android.replace('; K', '; Pixel 7 Build/TQ; wv')} ${webkit} Version/4.0 Chrome/120.0.0.0 Mobile Safari/537.36`;
const iView = `${iPhone} Mobile/15E148`;
const inApps: [string, string][] = [
  [`${webView} Line/13.21.0/IAB`, 'LINE'],
  [`${iView} Safari Line/13.21.0`, 'LINE'],
  [`${webView} [FB_IAB/FB4A;FBAV/440.0.0;]`, 'Facebook'],
  [`${iView} [FBAN/FBIOS;FBAV/440.0.0;FBBV/1;]`, 'Facebook'],
  [`${iView} [FBAN/MessengerForiOS;FBAV/440.0.0;]`, 'Messenger'],
  [`${webView} [FB_IAB/Orca-Android;FBAV/440.0.0;]`, 'Messenger'],
  [`${webView} Instagram 310.0.0 Android`, 'Instagram'],
  [`${iView} Instagram 310.0.0 (iPhone14,5; iOS 17_0; ja_JP)`, 'Instagram'],
  [`${webView} YJApp-ANDROID jp.co.yahoo.android.yjtop/3.150.0`, 'Yahoo! JAPAN'],
  [`${iView} YJApp-IOS jp.co.yahoo.ipn.appli/4.90.0`, 'Yahoo! JAPAN'],
  [`${iView} Twitter for iPhone/10.20`, 'X'],
  [`${webView} TwitterAndroid`, 'X'],
  [`${webView} trill_2023 BytedanceWebview/d8a21c6`, 'TikTok'],
  [`${iPhone} GSA/290.0 Mobile/15E148 Safari/604.1`, 'Google'],
  [`${webView} KAKAOTALK 10.4.5`, 'KakaoTalk'],
  [`${webView} MicroMessenger/8.0.42`, 'WeChat'],
  [`${iView} Slack/23.10`, 'Slack'],
  [`${webView} TeamsMobile-Android`, 'Microsoft Teams'],
  [`${iView} [LinkedInApp]/9.28`, 'LinkedIn'],
  [webView, ''],
  [iView, ''],
];

for (const [userAgent, app] of inApps) {
  test(`${userAgent} is the browser inside of ${app || 'some app'}, and not recommended`, (t) => {
    t.like(browserSupport(environment(userAgent)), { ok: true, inApp: app, recommended: false });
  });
}

test('an iPad that says that it is a Mac is in an app as well, and a Mac is not', (t) => {
  const view = 'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko)';
  const iPad = { platform: 'MacIntel', maxTouchPoints: 5 };
  t.is(browserSupport(environment(view, iPad)).inApp, '');
  t.is(browserSupport(environment(`${view} Version/17.0 Safari/605.1.15`, iPad)).inApp, null);
  t.is(browserSupport(environment(view, { platform: 'MacIntel', maxTouchPoints: 0 })).inApp, null);
});

test('a page on the home screen of an iPhone is in no app', (t) => {
  t.is(browserSupport(environment(iView, { standalone: true })).inApp, null);
});

test('out of an app the link leads into a browser, with its token where only the page reads it', (t) => {
  const link = `https://interview.example.com/room#${'Ab1_'.repeat(11)}`;
  const out = new URL(outOfLine(link));
  t.deepEqual([out.pathname, out.search, out.hash], ['/room', '?openExternalBrowser=1', new URL(link).hash]);
  // As android.content.Intent.parseUri reads it: what is behind the last # says how, what is before it is the address.
  const [, address, how] = /^intent:(.*)#Intent;(.*)end$/.exec(outOfAndroid(link)) ?? [];
  t.is(`https:${address}`, link);
  t.is(how, 'scheme=https;action=android.intent.action.VIEW;');
});

test('each browser that the manual names has a way to send media, Firefox 118 as well, and so has a stranger', (t) => {
  const handlers = browsers.map(([userAgent]) => [userAgent, handlerFor(userAgent)] as const);
  const of = (pattern: RegExp) => handlers.find(([userAgent]) => pattern.test(userAgent))?.[1];
  t.is(of(/Firefox\/118/), 'Firefox120');
  t.is(of(/Chrome\/117/), 'Chrome111');
  t.is(of(/Version\/17\.1 Safari/), 'Safari12');
  t.is(of(/Something/), 'Chrome111');
});
