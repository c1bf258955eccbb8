/** Camera, microphone and loudspeaker: each chosen, lost and found by itself. */
import test from 'ava';
import { createDevices, type Devices } from '../../src/web/media/devices.ts';
import { chooseOutput, outputId } from '../../src/web/media/output.ts';
import { plugDevices } from '../helpers/plugged-devices.ts';
import { until } from '../helpers/until.ts';

const builtIn = { deviceId: 'built-in', kind: 'audioinput', label: 'Built-in' } as const;
const headset = { deviceId: 'headset', kind: 'audioinput', label: 'Headset' } as const;
const front = { deviceId: 'front', kind: 'videoinput', label: 'Front' } as const;
const back = { deviceId: 'back', kind: 'videoinput', label: 'Back' } as const;

const used = ({ microphone, camera }: Devices) => ({
  microphone: microphone.value?.getSettings().deviceId,
  camera: camera.value?.getSettings().deviceId,
});
const uses = (devices: Devices, kind: 'microphone' | 'camera', id: string) =>
  until(`the ${kind} is ${id}`, () => used(devices)[kind] === id);
const changes = (devices: Devices, kind: string, why: string) =>
  until(`the ${kind} is told as ${why}`, () => {
    return devices.changes.value.some((change) => change.kind === kind && change.why === why);
  });

test.serial('one saved device is gone: the other is used all the same, asked for at once', async (t) => {
  const plugged = plugDevices(builtIn, front, back);
  const devices = createDevices({ microphone: 'headset', camera: 'back' });
  await devices.open();
  t.deepEqual(used(devices), { microphone: 'built-in', camera: 'back' });
  t.is(plugged.asked.length, 1, 'one question of the browser');
  devices.stop();
});

for (const [what, saved, expected] of [
  ['the microphone', { microphone: 'headset', camera: 'back' }, { microphone: 'built-in', camera: 'back' }],
  ['the camera', { microphone: 'spare', camera: 'lens' }, { microphone: 'spare', camera: 'front' }],
  ['both', { microphone: 'headset', camera: 'lens' }, { microphone: 'built-in', camera: 'front' }],
] as const)
  test.serial(
    `a browser that lists no devices unasked asks once, when of the saved ones is gone: ${what}`,
    async (t) => {
      const spare = { deviceId: 'spare', kind: 'audioinput' } as const;
      const plugged = plugDevices(builtIn, spare, front, back);
      plugged.beShy();
      const devices = createDevices(saved);
      await devices.open();
      t.deepEqual(used(devices), expected);
      t.is(plugged.prompts(), 1);
      devices.stop();
    },
  );

test.serial('a saved device that is listed and cannot be had does not take the other with it', async (t) => {
  const plugged = plugDevices(builtIn, front, back);
  const devices = createDevices({ microphone: 'built-in', camera: 'back' });
  const open = devices.open();
  plugged.unplug('back');
  await open;
  t.deepEqual(used(devices), { microphone: 'built-in', camera: 'front' });
  devices.stop();
});

test.serial(
  'a chosen headset that is unplugged is replaced, and taken up when it is back; both are told',
  async (t) => {
    const plugged = plugDevices(builtIn, headset, front);
    const devices = createDevices();
    await devices.open();
    await devices.choose('microphone', 'headset');
    plugged.unplug('headset');
    await uses(devices, 'microphone', 'built-in');
    await changes(devices, 'microphone', 'lost');
    t.is(devices.changes.value[0]?.label, 'Built-in');
    plugged.plug(headset);
    await uses(devices, 'microphone', 'headset');
    await changes(devices, 'microphone', 'back');
    t.is(devices.changes.value[0]?.label, 'Headset');
    t.is(devices.changes.value.length, 1);
    t.is(used(devices).camera, 'front');
    devices.stop();
  },
);

test.serial('so is one that was used without being chosen, and a saved one that comes late', async (t) => {
  const plugged = plugDevices(headset, builtIn, front);
  const devices = createDevices({ microphone: null, camera: 'back' });
  await devices.open();
  t.deepEqual(used(devices), { microphone: 'headset', camera: 'front' });
  plugged.unplug('headset');
  await uses(devices, 'microphone', 'built-in');
  plugged.plug(headset);
  await uses(devices, 'microphone', 'headset');
  plugged.plug(back);
  await uses(devices, 'camera', 'back');
  devices.stop();
  t.pass();
});

test.serial('what the system calls its default is found again by what it really was', async (t) => {
  const aliased = { deviceId: 'default', kind: 'audioinput', groupId: 'usb', label: 'Default' } as const;
  const plugged = plugDevices(aliased, { ...headset, groupId: 'usb' }, builtIn, front);
  const devices = createDevices();
  await devices.open();
  plugged.unplug('headset');
  plugged.unplug('default');
  await uses(devices, 'microphone', 'built-in');
  plugged.plug({ ...headset, groupId: 'usb' });
  await uses(devices, 'microphone', 'headset');
  devices.stop();
  t.pass();
});

test.serial(
  'several lost at once are told each, by the names that people know, until they are chosen or gone',
  async (t) => {
    const aliased = { deviceId: 'default', kind: 'audioinput', groupId: 'pc', label: 'Default' } as const;
    const inside = { ...builtIn, groupId: 'pc', label: 'Built-in (0b0e:24c9)' };
    const speaker = { deviceId: 'speaker', kind: 'audiooutput' } as const;
    const screen = { deviceId: 'screen', kind: 'audiooutput' } as const;
    const plugged = plugDevices(headset, aliased, inside, back, front, speaker, screen);
    const devices = createDevices();
    devices.chooseOutput('speaker');
    await devices.open();
    for (const id of ['headset', 'back', 'speaker']) plugged.unplug(id);
    for (const kind of ['microphone', 'camera', 'output']) await changes(devices, kind, 'lost');
    const told = () => Object.fromEntries(devices.changes.value.map(({ kind, label }) => [kind, label]));
    t.deepEqual(told(), { microphone: 'Built-in', camera: 'Front', output: '' });
    await devices.choose('microphone', 'built-in');
    devices.chooseOutput('screen');
    t.deepEqual(told(), { camera: 'Front' });
    plugged.unplug('front');
    await until('the camera is missing', () => devices.problems.value.camera === 'missing');
    t.deepEqual(told(), {});
    devices.stop();
  },
);

test.serial('of two choices made in a hurry the last one counts', async (t) => {
  plugDevices(builtIn, headset, front);
  const devices = createDevices();
  await devices.open();
  await Promise.all([devices.choose('microphone', 'headset'), devices.choose('microphone', 'built-in')]);
  t.is(used(devices).microphone, 'built-in');
  devices.stop();
});

test.serial(
  'a microphone that the system silences is told, until it is not, or is asked for anew',
  async (t) => {
    const plugged = plugDevices(builtIn, front);
    const devices = createDevices();
    await devices.open();
    const silenced = (now: boolean) =>
      until(`silenced: ${now}`, () => devices.interrupted.value.microphone === now);
    plugged.fire('audioinput', 'onmute');
    await silenced(true);
    plugged.fire('audioinput', 'onunmute');
    await silenced(false);
    plugged.fire('audioinput', 'onmute');
    await silenced(true);
    const before = devices.microphone.value;
    plugged.comeBackToThePage();
    await silenced(false);
    t.not(devices.microphone.value, before);
    t.is(before?.readyState, 'ended');
    t.false(devices.interrupted.value.camera);
    devices.stop();
  },
);

test.serial(
  'a chosen loudspeaker that vanishes gives way to the system’s, and is used again when it is back',
  async (t) => {
    const speaker = { deviceId: 'speaker', kind: 'audiooutput' } as const;
    const plugged = plugDevices(builtIn, front, speaker, { deviceId: 'screen', kind: 'audiooutput' });
    const devices = createDevices();
    chooseOutput('speaker');
    await devices.open();
    t.is(outputId.value, 'speaker');
    plugged.unplug('speaker');
    await changes(devices, 'output', 'lost');
    t.is(outputId.value, '');
    plugged.plug(speaker);
    await changes(devices, 'output', 'back');
    t.is(outputId.value, 'speaker');
    devices.stop();
  },
);

test.serial(
  'a loudspeaker of an earlier visit that is not there is not waited for, and found later',
  async (t) => {
    const plugged = plugDevices(builtIn, front, { deviceId: 'screen', kind: 'audiooutput' });
    const devices = createDevices();
    chooseOutput('speaker');
    await devices.open();
    await until('the system’s own choice is used', () => outputId.value === '');
    t.deepEqual(devices.changes.value, [], 'nothing was lost');
    plugged.plug({ deviceId: 'speaker', kind: 'audiooutput' });
    await changes(devices, 'output', 'back');
    t.is(outputId.value, 'speaker');
    devices.stop();
  },
);
