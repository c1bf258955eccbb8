import { readFileSync } from 'node:fs';
import { SourceMap } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';

/**
 * Makes the stacks of errors name the lines of our sources, not those of the bundle. Node can do that by itself, but then
 * every start reads every source map; here one is read when a stack that needs it is asked for.
 * @param folder of the bundle
 */
export function nameSources(folder) {
  const base = `${pathToFileURL(folder)}/`;
  const maps = new Map();
  const inNode = Error.prepareStackTrace;
  if (!inNode) return;
  Error.prepareStackTrace = (error, frames) =>
    String(inNode(error, frames)).replace(
      /(file:[^\s():]+\.js):(\d+):(\d+)/g,
      (place, file, line, column) => {
        if (!file.startsWith(base)) return place;
        if (!maps.has(file)) maps.set(file, readMap(file));
        return sourceOf(file, maps.get(file)?.findEntry(line - 1, column - 1)) ?? place;
      },
    );
}

/** null: there is none, or no file can be opened any more. */
function readMap(file) {
  try {
    return new SourceMap(JSON.parse(readFileSync(new URL(`${file}.map`), 'utf8')));
  } catch {
    return null;
  }
}

/** null: it is in a package. */
function sourceOf(file, { originalSource, originalLine, originalColumn } = {}) {
  if (!originalSource) return null;
  return `${fileURLToPath(new URL(originalSource, file))}:${originalLine + 1}:${originalColumn + 1}`;
}
