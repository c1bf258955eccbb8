import test from 'ava';
import { browserSupport, isHandheld, type SupportEnvironment } from '../../src/web/browser/support.ts';

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
    const expected = { ok: true, name, version, recommended, missing: [] };
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
