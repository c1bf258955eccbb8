import { loadAndCompile, loadLiteRt, Tensor } from '@litertjs/core';

/** What the model wants: this size, colours from 0 to 1. */
export const MASK_WIDTH = 256;
export const MASK_HEIGHT = 144;

/** For each pixel how surely it is a person, from 0 to 1; valid until the next call. */
export type Segmenter = (rgba: Uint8ClampedArray) => Promise<Float32Array>;

/** Loads LiteRT and the model; needs a classic worker. */
export async function createSegmenter(runtime: string, modelUrl: string): Promise<Segmenter> {
  prepareRuntime(runtime);
  const answer = await fetch(modelUrl);
  if (!answer.ok) throw new Error(`${modelUrl} was answered with ${answer.status}`);
  const bytes = new Uint8Array(await answer.arrayBuffer());
  await loadLiteRt(runtime);
  const model = await loadAndCompile(bytes, { accelerator: 'wasm' });
  const input = new Float32Array(MASK_WIDTH * MASK_HEIGHT * 3);
  return async (rgba) => {
    toFloats(rgba, input);
    const tensor = new Tensor(input, [1, MASK_HEIGHT, MASK_WIDTH, 3]);
    const outputs = await model.run(tensor);
    tensor.delete();
    const mask = outputs[0]?.toTypedArray().slice();
    for (const output of outputs) output.delete();
    return mask as Float32Array;
  };
}

/** What LiteRT's scripts look for in a worker. */
function prepareRuntime(runtime: string): void {
  const silent = () => {};
  // Else it looks for the WebAssembly beside this script, and tells the console about each step as an error.
  const module = { locateFile: (file: string) => runtime + file, print: silent, printErr: silent };
  Object.assign(globalThis, { Module: module });
  // It would wake a laptop's faster graphics card, which this model makes no use of: here is one without a device.
  const adapter = { limits: {}, features: new Set(), requestDevice: async () => null };
  Object.defineProperty(navigator, 'gpu', { value: { requestAdapter: async () => adapter } });
}

function toFloats(rgba: Uint8ClampedArray, floats: Float32Array): void {
  for (let from = 0, to = 0; from < rgba.length; from += 4) {
    floats[to++] = (rgba[from] as number) / 255;
    floats[to++] = (rgba[from + 1] as number) / 255;
    floats[to++] = (rgba[from + 2] as number) / 255;
  }
}
