/** The hidden `webinterview complete`: what the shells' completions ask for names that only the database knows. */
import { storedName } from '../../protocol/names.ts';
import type { Store } from '../../server/store/index.ts';
import { type CommonOptions, configOf, withStore } from '../context.ts';

/** Whose names: rooms; applicants of a room; or all that can stand for one of its links. */
export type NameKind = 'room' | 'applicant' | 'link';

/** Milliseconds that a database server has: somebody at Tab waits no longer. An embedded one answers at once. */
const PATIENCE_MS = 1000;
/** As many as somebody chooses from. */
const MOST = 100;

/**
 * Prints, a line each, the names that begin as what is written. Whatever stands in the way, as no database or one that
 * does not answer, nothing is printed: it is no place for errors.
 * @param words of the command line so far, as a shell has them
 */
export async function completeNames(kind: NameKind, written: string, words: string[]): Promise<void> {
  let impatience: NodeJS.Timeout | undefined;
  try {
    const begun = storedName(written);
    const config = configOf(optionsIn(words));
    if (config.database.url) impatience = setTimeout(() => process.exit(0), PATIENCE_MS);
    const names = await withStore(config, { create: false }, (store) =>
      kind === 'room' ? roomNames(store, begun) : linkNames(store, kind, words),
    );
    const offered = [...new Set(names)].filter((name) => name.startsWith(begun) && !/[\n\r]/.test(name));
    process.stdout.write(offered.map((name) => `${name}\n`).join(''));
  } catch {
    // Then there is nothing to offer.
  } finally {
    clearTimeout(impatience);
  }
}

/** Which configuration and data the command is for. */
function optionsIn(words: string[]): CommonOptions {
  // Bash gives --data-dir=FOLDER in three words.
  const parts = words.flatMap((word) => word.split(/(?<=^--[a-z-]+)=/)).filter((word) => word !== '=');
  const after = (option: string) => (parts.includes(option) ? parts[parts.indexOf(option) + 1] : undefined);
  return { config: after('--config'), dataDir: after('--data-dir') };
}

/** The latest first, as those of before are asked for least. */
async function roomNames({ rooms }: Store, begun: string): Promise<string[]> {
  const found = await rooms.list({ ...(begun && { name: begun }), latestFirst: true, limit: MOST });
  return found.map(({ name }) => name);
}

/** Of the room that one of the words names. */
async function linkNames({ rooms }: Store, kind: NameKind, words: string[]): Promise<string[]> {
  for (const word of words.filter((each) => each !== '' && !each.startsWith('-'))) {
    const room = await rooms.find(word);
    if (!room) continue;
    const links = await rooms.links(room.id);
    const applicants = links.map(({ label }) => label).filter(Boolean);
    return kind === 'link' ? [...links.map(({ role }) => role), ...applicants] : applicants;
  }
  return [];
}
