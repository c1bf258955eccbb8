/** Where the server has what only a background or noise suppression needs. */
export type MediaAssets = Record<
  // The background's worker, and what it loads: LiteRT's folder and the model.
  | ('background' | 'runtime' | 'model')
  // The noise suppression's worklet and its WebAssembly.
  | ('noise' | 'rnnoise')
  // The pictures.
  | ('office' | 'plants' | 'wall'),
  string
>;

// bin/build/media-assets.js puts the addresses in its place.
declare const MEDIA_ASSETS: MediaAssets;

export const mediaAssets = MEDIA_ASSETS;
