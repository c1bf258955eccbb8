/** JPEG and PNG files as far as one must know them to see that they are what they are, and whole. */
const pngSignature = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
const jpegSignature = [0xff, 0xd8, 0xff];
const SCAN = 0xda;
const END = 0xd9;

/** Whether a file begins as a PNG does. */
export const isPng = (bytes: Uint8Array): boolean => startsWith(bytes, pngSignature);
/** Whether a file begins as a JPEG does. */
export const isJpeg = (bytes: Uint8Array): boolean => startsWith(bytes, jpegSignature);

/** Whether the chunks of a PNG reach IEND. */
export function hasPngEnd(bytes: Uint8Array): boolean {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = pngSignature.length; at + 12 <= bytes.length; at += 12 + view.getUint32(at)) {
    if (String.fromCharCode(...bytes.subarray(at + 4, at + 8)) === 'IEND') return true;
  }
  return false;
}

/** Whether an end marker follows a JPEG's first scan. The thumbnail before it has one as well, which counts for nothing. */
export function hasJpegEnd(bytes: Uint8Array): boolean {
  let at = 2;
  while (at + 4 <= bytes.length && bytes[at] === 0xff && bytes[at + 1] !== SCAN) {
    at += 2 + (((bytes[at + 2] as number) << 8) | (bytes[at + 3] as number));
  }
  // Within a scan every 0xff of the data is followed by a zero. Cameras append things after the end.
  for (; at + 1 < bytes.length; at++) if (bytes[at] === 0xff && bytes[at + 1] === END) return true;
  return false;
}

const startsWith = (bytes: Uint8Array, signature: number[]) =>
  signature.every((value, index) => bytes[index] === value);
