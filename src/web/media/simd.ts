// The smallest module with a vector in it.
const module = new Uint8Array([
  0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 10, 1, 8, 0, 65, 0, 253, 15, 253, 98,
  11,
]);

/** Whether WebAssembly is there and has vectors: without them it is too slow for pictures and sound. */
export const hasWasmSimd = (): boolean => typeof WebAssembly === 'object' && WebAssembly.validate(module);
