import test from 'ava';
import { problemOf } from '../../src/web/media/deviceProblem.ts';
import { loudness } from '../../src/web/media/levels.ts';
import { layersFor } from '../../src/web/media/sender.ts';

test('loudness runs from silence to loud, linear in decibels', (t) => {
  const sine = (amplitude: number) =>
    Float32Array.from({ length: 1024 }, (_, i) => amplitude * Math.sin(i / 4));
  t.is(loudness(new Float32Array(1024)), 0);
  t.is(loudness(sine(1)), 1);
  const [quiet, middle, loud] = [0.005, 0.05, 0.3].map((amplitude) => loudness(sine(amplitude))) as [
    number,
    number,
    number,
  ];
  t.true(0 < quiet && quiet < middle && middle < loud && loud < 1);
});

test('each error of getUserMedia has its kind, and the system’s refusal is not the browser’s', async (t) => {
  const named = (name: string, message = '') => problemOf(new DOMException(message, name), 'camera');
  t.is(await named('NotAllowedError', 'Permission denied'), 'denied');
  t.is(await named('NotAllowedError', 'Permission denied by system'), 'system');
  t.is(await named('NotAllowedError', 'Permission dismissed'), 'dismissed');
  t.is(await named('NotFoundError'), 'missing');
  t.is(await named('NotReadableError'), 'busy');
  t.is(await named('InventedError'), 'unknown');
  t.is(await problemOf('text', 'camera'), 'unknown');
});

test('a small capture is sent in fewer layers, and the whole picture always is one of them', (t) => {
  const scales = (height?: number) =>
    layersFor(height).map(({ scaleResolutionDownBy }) => scaleResolutionDownBy);
  t.deepEqual(scales(720), [4, 2, 1]);
  t.deepEqual(scales(undefined), [4, 2, 1]);
  t.deepEqual(scales(360), [2, 1]);
  t.deepEqual(scales(240), [1]);
});
