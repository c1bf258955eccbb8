import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import * as ortc from 'mediasoup/ortc';
import type { z } from 'zod';
import { requestSchemas } from '../../src/protocol/messages.ts';
import { mediaCodecs } from '../../src/server/media/codecs.ts';

type Recorded = { method: 'openMedia' | 'connectTransport' | 'produce'; params: Record<string, unknown> };

const folder = join(import.meta.dirname, '../fixtures/browser-media');
const recorded = (browser: string): Recorded[] =>
  JSON.parse(readFileSync(join(folder, `${browser}.json`), 'utf8'));
const [chromium, firefox] = [recorded('chromium'), recorded('firefox')];

/** The paths of what is in `before` and not, or not the same, in `after`; of lists without their index. */
function changed(before: unknown, after: unknown, path = ''): string[] {
  if (typeof before !== 'object' || before === null) return Object.is(before, after) ? [] : [path];
  const inside = (after ?? {}) as Record<string, unknown>;
  const step = (key: string) => (Array.isArray(before) ? path : `${path}.${key}`);
  return Object.entries(before).flatMap(([key, value]) => changed(value, inside[key], step(key)));
}

/** What browsers and mediasoup-client add of their own, and mediasoup does not look at. */
const ownOfBrowsers =
  /^\.rtpParameters\.encodings\.(active|scaleResolutionDownBy|maxFramerate|priority|networkPriority|adaptivePtime)$/;

for (const [browser, requests] of Object.entries({ chromium, firefox })) {
  test(`what ${browser} says of its media is taken as it is`, (t) => {
    for (const { method, params } of requests) {
      const taken = requestSchemas[method].parse(params);
      const lost = changed(params, taken).filter((path) => !ownOfBrowsers.test(path));
      t.deepEqual(lost, [], method);
    }
  });
}

const produced = chromium.filter(({ method }) => method === 'produce').map(({ params }) => params);
const camera = produced.find(({ source }) => source === 'camera') as Record<string, unknown>;
const capabilities = chromium.find(({ method }) => method === 'openMedia')?.params as Record<string, unknown>;
const connect = chromium.find(({ method }) => method === 'connectTransport')?.params as Record<
  string,
  unknown
>;

/** A copy of `value` with something else at a path, whose lists are entered at their first. */
function withAt(value: unknown, [key, ...rest]: string[], replacement: unknown): unknown {
  if (key === undefined) return replacement;
  if (Array.isArray(value)) return [withAt(value[0], [key, ...rest], replacement), ...value.slice(1)];
  const inside = (value ?? {}) as Record<string, unknown>;
  return { ...inside, [key]: withAt(inside[key], rest, replacement) };
}

const isTaken = (schema: z.ZodType, value: unknown, path: string, replacement: unknown) =>
  schema.safeParse(withAt(value, path.split('.'), replacement)).success;

const numbers: Record<string, number> = {
  'rtpParameters.codecs.payloadType': 127,
  'rtpParameters.codecs.clockRate': 2 ** 32 - 1,
  'rtpParameters.codecs.channels': 255,
  'rtpParameters.headerExtensions.id': 255,
  'rtpParameters.encodings.ssrc': 2 ** 32 - 1,
  'rtpParameters.encodings.codecPayloadType': 127,
  'rtpParameters.encodings.rtx.ssrc': 2 ** 32 - 1,
  'rtpParameters.encodings.maxBitrate': 2 ** 32 - 1,
};

for (const [path, most] of Object.entries(numbers)) {
  test(`${path} is a whole number up to ${most}`, (t) => {
    t.true(isTaken(requestSchemas.produce, camera, path, most));
    for (const bad of [most + 1, -1, 1.5, null, '1', {}, [], true, Number.MAX_VALUE])
      t.false(isTaken(requestSchemas.produce, camera, path, bad), JSON.stringify(bad));
  });
}

const texts = [
  'rtpParameters.mid',
  'rtpParameters.codecs.mimeType',
  'rtpParameters.codecs.parameters.apt',
  'rtpParameters.codecs.rtcpFeedback.type',
  'rtpParameters.codecs.rtcpFeedback.parameter',
  'rtpParameters.headerExtensions.uri',
  'rtpParameters.encodings.rid',
  'rtpParameters.encodings.scalabilityMode',
  'rtpParameters.rtcp.cname',
  'rtpParameters.msid',
];

for (const path of texts) {
  test(`${path} begins nothing of its own in an SDP`, (t) => {
    for (const bad of ['a\r\nb', '\n', '\0', 'あ', 'a'.repeat(300), null, {}, ['a']])
      t.false(isTaken(requestSchemas.produce, camera, path, bad), JSON.stringify(bad));
  });
}

test('a parameter of a codec has a name and a plain value', (t) => {
  const isParameter = (name: string, value: unknown) =>
    isTaken(requestSchemas.produce, camera, 'rtpParameters.codecs.parameters', { [name]: value });
  for (const value of [0, -1, 0.5, true, '42e01f', '111/111']) t.true(isParameter('a', value));
  for (const value of [null, {}, [1], 'a;b', 'a b', 2 ** 31])
    t.false(isParameter('a', value), JSON.stringify(value));
  for (const name of ['', 'a b', 'a=b', 'a\n', 'a'.repeat(65)]) t.false(isParameter(name, 1), name);
  const many = Object.fromEntries(Array.from({ length: 65 }, (_, i) => [`p${i}`, i]));
  t.false(isTaken(requestSchemas.produce, camera, 'rtpParameters.codecs.parameters', many));
});

test('what the router can send may be received whole, and what it does not know is no fault', (t) => {
  const rtpCapabilities = ortc.generateRouterRtpCapabilities(structuredClone(mediaCodecs));
  const extensions = [
    ...(rtpCapabilities.headerExtensions ?? []),
    { kind: 'audio', uri: 'urn:new', preferredId: 20 },
  ];
  const all = { rtpCapabilities: { ...rtpCapabilities, headerExtensions: extensions } };
  t.deepEqual(changed(all, requestSchemas.openMedia.parse(all)), []);
});

test('lists are no longer than any browser’s', (t) => {
  const repeated = (path: string, count: number) => {
    const found = path
      .split('.')
      .reduce((value, key) => (value as Record<string, unknown>)[key], camera as unknown);
    return Array(count).fill((found as unknown[])[0]);
  };
  for (const [path, most] of Object.entries({ codecs: 64, headerExtensions: 64, encodings: 8 })) {
    const whole = `rtpParameters.${path}`;
    t.true(isTaken(requestSchemas.produce, camera, whole, repeated(whole, most)), path);
    t.false(isTaken(requestSchemas.produce, camera, whole, repeated(whole, most + 1)), path);
  }
  t.false(
    isTaken(requestSchemas.openMedia, capabilities, 'rtpCapabilities.codecs', Array(65).fill(mediaCodecs[0])),
  );
});

test('a fingerprint is one', (t) => {
  const path = 'dtlsParameters.fingerprints';
  const sha256 = { algorithm: 'sha-256', value: Array(32).fill('0A').join(':') };
  t.true(isTaken(requestSchemas.connectTransport, connect, path, [sha256]));
  const bad = [
    [],
    [{}],
    [{ ...sha256, algorithm: 'md5' }],
    [{ ...sha256, value: 'x' }],
    Array(9).fill(sha256),
    null,
  ];
  for (const fingerprints of bad)
    t.false(isTaken(requestSchemas.connectTransport, connect, path, fingerprints));
  t.false(isTaken(requestSchemas.connectTransport, connect, 'dtlsParameters.role', 'nobody'));
});

test('what nobody knows is dropped and goes no further', (t) => {
  const odd = withAt(camera, ['rtpParameters', 'encodings', 'surprise'], { deep: [1] });
  const taken = requestSchemas.produce.parse(odd);
  t.false(JSON.stringify(taken).includes('surprise'));
});
