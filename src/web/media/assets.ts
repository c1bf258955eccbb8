/** Where the server has what only a background or noise suppression needs. */
export type MediaAssets = Record<
  // The background's worker, and what it loads: LiteRT's folder and the model.
  | ('background' | 'runtime' | 'model')
  // The noise suppression's worklet, its WebAssembly, and the empty document it runs in.
  | ('noise' | 'rnnoise' | 'noise-frame')
  // The pictures.
  | ('office' | 'plants' | 'wall'),
  string
>;

// bin/build/media-assets.js puts the addresses in its place.
declare const MEDIA_ASSETS: MediaAssets;

/** Addresses of what media needs beside the code: models, runtimes, pictures. */
export const mediaAssets = MEDIA_ASSETS;
