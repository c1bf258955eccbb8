// Newcomers that the page uses all the same, each with what becomes of it where it is missing.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { newcomersInScript, newcomersInStyles } from './newcomers.js';

const ofWebGpu = 'LiteRT’s, which looks for WebGPU first';
const ofEmscripten = 'WebAssembly’s own, or a function of Emscripten that nobody calls';

export const known = {
  'Error.captureStackTrace': 'mediasoup-client asks whether it is there',
  'Symbol.dispose': 'an undefined name for a method that nobody calls',
  '.moveBefore()': 'Preact asks whether it is there',
  '.getHeaderExtensionsToNegotiate()': 'mediasoup-client asks whether it is there',
  '.setHeaderExtensionsToNegotiate()': 'mediasoup-client asks whether it is there',
  '.getDisplayMedia()': 'mayShare: phones have none, and offer no sharing',
  '.requestPictureInPicture()': 'isPossible: nothing is offered without',
  '.exitPictureInPicture()': 'isPossible: nothing is offered without',
  documentPictureInPicture: 'isPossible: the picture alone, in a window of the browser’s',
  '.requestWindow()': 'isPossible: the picture alone, in a window of the browser’s',
  MediaStreamTrackProcessor: 'hasTrackStreams: others go by a canvas',
  MediaStreamTrackGenerator: 'hasTrackStreams: others go by a canvas',
  '.requestVideoFrameCallback()': 'hasFrameCallbacks: no backgrounds without',
  VideoFrame: 'no backgrounds without',
  GPUBuffer: ofWebGpu,
  '.requestAdapter()': ofWebGpu,
  '.requestDevice()': ofWebGpu,
  '.createCommandEncoder()': ofWebGpu,
  '.copyBufferToBuffer()': ofWebGpu,
  '.mapAsync()': ofWebGpu,
  '.getMappedRange()': ofWebGpu,
  '.copyTo()': 'LiteRT’s own',
  '.grow()': ofEmscripten,
  '.setStatus()': ofEmscripten,
  'cursor: pointer': 'phones have no pointer',
  'cursor: not-allowed': 'phones have no pointer',
  resize: 'phones have no corner to pull at',
  'field-sizing': 'the field scrolls',
  'overflow-anchor': 'Safari anchors nothing',
  'word-break: auto-phrase': 'lines break between characters',
};

/**
 * Looks through a built page.
 * @param {string} folder its assets
 * @param {string[]} browsers the oldest it is made for (esbuild's names)
 * @throws {Error} what it uses and they do not have, or what is excused and not used any more
 */
export async function refuseNewcomers(folder, browsers) {
  const used = new Map();
  for (const file of await readdir(folder)) {
    const lookInto = { js: newcomersInScript, css: newcomersInStyles }[file.split('.').at(-1)];
    const found = lookInto?.(await readFile(join(folder, file), 'utf8'), browsers) ?? [];
    for (const name of found) used.set(name, file);
  }
  const strangers = [...used].filter(([name]) => !Object.hasOwn(known, name));
  if (strangers.length > 0) {
    const list = strangers.map(([name, file]) => `${name} (${file})`).join(', ');
    throw new Error(`${browsers.join(', ')} do not all have ${list}: see bin/build/known-newcomers.js.`);
  }
  const gone = Object.keys(known).filter((name) => !used.has(name));
  if (gone.length > 0)
    throw new Error(`bin/build/known-newcomers.js excuses what is not used: ${gone.join(', ')}.`);
}
