/** What a person chooses or looks at in the page's dialogs and panels, without a browser. */
import test from 'ava';
import type { ChatFile } from '../../src/protocol/messages.ts';
import { createDeviceChoice } from '../../src/web/models/deviceChoice.ts';
import { FileRefused } from '../../src/web/models/fetchWhole.ts';
import { createMemory } from '../../src/web/models/memory.ts';
import { createShownFile } from '../../src/web/models/shownFile.ts';
import { settled } from '../helpers/fake-socket.ts';

function remembering() {
  const kept = new Map<string, string>();
  return createMemory('link', {
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, value) => void kept.set(key, value),
  } as Storage);
}

test('a device that was chosen is remembered, and one that could not be had is told of instead', async (t) => {
  const memory = remembering();
  let isThere = true;
  const outputs: string[] = [];
  const choice = createDeviceChoice({
    memory,
    devices: {
      async choose() {
        if (!isThere) throw new Error('it is busy');
      },
      chooseOutput: (id) => void outputs.push(id),
    },
  });
  await choice.choose('camera', 'front');
  t.is(memory.get('cameraId'), 'front');
  isThere = false;
  await choice.choose('camera', 'back');
  t.is(choice.failed.value, 'camera');
  t.is(memory.get('cameraId'), 'front');
  isThere = true;
  await choice.choose('microphone', 'desk');
  t.is(choice.failed.value, null);
  t.is(memory.get('microphoneId'), 'desk');
  choice.chooseOutput('speaker');
  t.is(memory.get('outputId'), 'speaker');
  t.deepEqual(outputs, ['speaker']);
});

const file = (given: Partial<ChatFile> = {}): ChatFile => ({
  id: 'id',
  name: 'a.png',
  type: 'image/png',
  bytes: 1000,
  ...given,
});
const tooFast = async (): Promise<never> => {
  throw new FileRefused(429);
};

test('a small picture is shown unasked, a large one when it is asked for, another file not at all', async (t) => {
  const asked: string[] = [];
  const files = {
    download: async () => {},
    async preview({ id }: ChatFile) {
      asked.push(id);
      return `blob:${id}`;
    },
  };
  const small = createShownFile(file({ id: 'small' }), files);
  const large = createShownFile(file({ id: 'large', bytes: 1024 * 1024 }), files);
  const text = createShownFile(file({ id: 'text', type: 'text/plain' }), files);
  for (const shown of [small, large, text]) shown.begin();
  await settled();
  t.deepEqual(
    [small.preview.value, large.preview.value, text.preview.value],
    [{ url: 'blob:small' }, 'offered', 'none'],
  );
  large.showPreview();
  t.is(large.preview.value, 'coming');
  await settled();
  t.deepEqual(large.preview.value, { url: 'blob:large' });
  t.deepEqual(asked, ['small', 'large']);
});

test('a picture that was asked for too fast can be asked for again, and a download says why it failed', async (t) => {
  const limited = createShownFile(file(), { preview: tooFast, download: tooFast });
  limited.begin();
  await settled();
  t.is(limited.preview.value, 'offered');
  await limited.download();
  t.is(limited.problem.value, 'readTooFast');
  const gone = async (): Promise<never> => {
    throw new FileRefused(404);
  };
  const missing = createShownFile(file(), { preview: gone, download: gone });
  missing.begin();
  await settled();
  t.is(missing.preview.value, 'coming', 'what is no picture is shown as a file alone');
  await missing.download();
  t.is(missing.problem.value, 'gone');
});

test('a picture that comes when its file is shown no more is let go', async (t) => {
  const coming = Promise.withResolvers<string>();
  const shown = createShownFile(file(), { download: async () => {}, preview: () => coming.promise });
  const end = shown.begin();
  end();
  coming.resolve('blob:late');
  await settled();
  t.is(shown.preview.value, 'coming');
});
