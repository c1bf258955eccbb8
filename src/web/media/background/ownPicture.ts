import { limits } from '../../../protocol/limits.ts';
import { hasJpegEnd, hasPngEnd, isJpeg, isPng } from './pictureFiles.ts';

/** tooBig: over limits.backgroundBytes. notPicture: neither JPEG nor PNG. broken: it ends too early or cannot be decoded. */
export type PictureFault = 'tooBig' | 'notPicture' | 'broken';

const DATABASE = 'webinterview';
const STORE = 'background';
const KEY = 'picture';

/** What is wrong with a file that shall be the person's own background; null: nothing. Its name tells nothing. */
export async function checkPicture(file: Blob): Promise<PictureFault | null> {
  if (file.size > limits.backgroundBytes) return 'tooBig';
  const bytes = new Uint8Array(await file.arrayBuffer());
  if (!isJpeg(bytes) && !isPng(bytes)) return 'notPicture';
  // Browsers show the upper part of a file that is cut off, and call that decoded.
  const isWhole = isJpeg(bytes) ? hasJpegEnd(bytes) : hasPngEnd(bytes);
  if (!isWhole) return 'broken';
  try {
    (await createImageBitmap(new Blob([bytes]))).close();
    return null;
  } catch {
    return 'broken';
  }
}

/** Keeps the picture in this browser for the next interview. @throws this browser keeps nothing, as in some private windows */
export async function keepPicture(picture: Blob): Promise<void> {
  await inStore('readwrite', (store) => store.put(picture, KEY));
}

/** The picture that was kept; null when there is none. */
export async function keptPicture(): Promise<Blob | null> {
  const kept = await inStore('readonly', (store) => store.get(KEY)).catch(() => null);
  return kept instanceof Blob ? kept : null;
}

/** Forgets the picture that was kept. */
export async function forgetPicture(): Promise<void> {
  await inStore('readwrite', (store) => store.delete(KEY)).catch(() => {});
}

/** The outcome of one request. */
async function inStore(mode: IDBTransactionMode, request: (store: IDBObjectStore) => IDBRequest) {
  const opening = indexedDB.open(DATABASE);
  opening.onupgradeneeded = () => opening.result.createObjectStore(STORE);
  const database = await outcome<IDBDatabase>(opening);
  try {
    return await outcome<unknown>(request(database.transaction(STORE, mode).objectStore(STORE)));
  } finally {
    database.close();
  }
}

function outcome<T>(request: IDBRequest): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
