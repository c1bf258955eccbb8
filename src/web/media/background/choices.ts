import { keptPicture } from './ownPicture.ts';
import { backgroundPictures, pictureBlob } from './pictures.ts';

/**
 * The picture that a remembered choice stands for: `own`, or the name of one of ours.
 * @throws {Error} there is no such picture any more
 */
export async function pictureOf(choice: string): Promise<Blob> {
  const ours = backgroundPictures.find(({ id }) => id === choice);
  if (ours) return pictureBlob(ours.id);
  const own = choice === 'own' ? await keptPicture() : null;
  if (!own) throw new Error(`there is no background ${choice}`);
  return own;
}
