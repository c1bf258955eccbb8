/** 「ビデオの品質を管理」: what a person sends and receives. audio: no picture and no screen in either direction. */
export const qualities = ['audio', 'low', 'medium', 'high'] as const;
export type Quality = (typeof qualities)[number];

/**
 * The highest of a camera's simulcast layers (0: the smallest picture) that is sent and received at a quality. The page
 * sends no more than this, and the server hands on no more.
 */
export function highestLayer(layers: number, quality: Quality): number {
  if (quality === 'high') return layers - 1;
  return quality === 'medium' ? Math.max(0, layers - 2) : 0;
}
