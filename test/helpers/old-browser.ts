/** A browser as old as the oldest of the manual, as far as a script can make one: without everything that came later. */
import { join } from 'node:path';

type Entry = [owner: string, name: string | null, isStatic: boolean, compat: object];

const bin = join(import.meta.dirname, '../../bin/build');
const { allHave, scriptable } = (await import(`${bin}/newcomers.js`)) as {
  allHave(browsers: string[]): (compat: object) => boolean;
  scriptable(): Iterable<Entry>;
};
const { known } = (await import(`${bin}/known-newcomers.js`)) as { known: Record<string, string> };
const { browsers } = (await import(`${bin}/web.js`)) as { browsers: string[] };

/** What not all of them have, but for what the page knows to be missing somewhere: `[owner, name]`, the owners themselves last. */
export function newcomers(): [string, string | null][] {
  const has = allHave(browsers);
  const isKnown = (owner: string, name: string | null) =>
    [owner, `${owner}.${name}`, `.${name}()`].some((each) => Object.hasOwn(known, each));
  const found = [...scriptable()].filter(([owner, name, , entry]) => !has(entry) && !isKnown(owner, name));
  return found
    .map(([owner, name]): [string, string | null] => [owner, name])
    .sort(([, a], [, b]) => Number(a === null) - Number(b === null));
}

/** Runs in the page, before its own scripts, with what `newcomers` gives. */
export function takeAway(list: [string, string | null][]): void {
  const page = globalThis as unknown as Record<string, { prototype?: object }>;
  for (const [owner, name] of list) {
    const places = name === null || owner === 'Window' ? [page] : [page[owner], page[owner]?.prototype];
    for (const place of places) if (place) Reflect.deleteProperty(place, name ?? owner);
  }
}
