import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { decode, encode } from '@jridgewell/sourcemap-codec';

/** From the folder of a bundle, dist/cli, to that of the package. */
const TO_ROOT = '../../';
/** What stands where in a place, as the codec gives it. */
const [SOURCE, LINE] = [1, 2];

/**
 * Cuts the source maps in a folder down to what a stack needs: which line of our own sources a line of the bundle is.
 * With every column, and with all packages, they would be 5 MB, which a server that logs its first error reads for half a second.
 * @param inputs esbuild's, by their paths in the package
 */
export async function keepOwnLines(folder, inputs) {
  const maps = (await readdir(folder)).filter((name) => name.endsWith('.map'));
  await Promise.all(maps.map((name) => cutDown(join(folder, name), inputs)));
}

async function cutDown(file, inputs) {
  const { version, sources, mappings } = JSON.parse(await readFile(file, 'utf8'));
  // The bundle is made in another folder than it will be in; and packages bring maps of their own, to their own src/.
  const paths = sources.map((source) => source.replace(/^(\.\.\/)+/, ''));
  const own = paths.filter((path) => path.startsWith('src/') && path in inputs);
  const ownPlace = ([column, source, ...place]) => {
    const index = own.indexOf(paths[source]);
    return index < 0 ? [column] : [column, index, place[0], place[1]];
  };
  const lines = decode(mappings).map((places) => places.map(ownPlace));
  const content = {
    version,
    sources: own.map((path) => TO_ROOT + path),
    names: [],
    mappings: encode(withoutRepetitions(lines)),
  };
  await writeFile(file, JSON.stringify(content));
}

/**
 * Of each line the places at which another line of a source begins; where what is not ours begins, that place alone.
 * @param lines of places, each [column, source, line in it, column in that], or [column] where it is not ours
 */
function withoutRepetitions(lines) {
  let before = [0];
  return lines.map((places) => {
    // Who looks a place up takes the last one before it, of another line too: what is not ours has to say so after what is.
    if (before?.[SOURCE] !== undefined) before = null;
    return places.filter((place) => {
      const isNew = !before || place[SOURCE] !== before[SOURCE] || place[LINE] !== before[LINE];
      before = place;
      return isNew;
    });
  });
}
