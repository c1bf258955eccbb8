import { mediaAssets } from '../assets.ts';

const [WIDTH, HEIGHT] = [1280, 720];

/** The backgrounds that come with the product; each `url` is an SVG, for the buttons among which one is chosen. */
export const backgroundPictures = [
  { id: 'office', url: mediaAssets.office },
  { id: 'plants', url: mediaAssets.plants },
  { id: 'wall', url: mediaAssets.wall },
] as const;

/** A picture that comes with the page. */
export type PictureId = (typeof backgroundPictures)[number]['id'];

/** The picture as a PNG, which `createBackground` takes: workers cannot read SVG. */
export async function pictureBlob(id: PictureId): Promise<Blob> {
  const image = new Image(WIDTH, HEIGHT);
  image.src = mediaAssets[id];
  await image.decode();
  const canvas = document.createElement('canvas');
  Object.assign(canvas, { width: WIDTH, height: HEIGHT });
  canvas.getContext('2d')?.drawImage(image, 0, 0, WIDTH, HEIGHT);
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error(`${id} cannot be drawn`))));
  });
}
