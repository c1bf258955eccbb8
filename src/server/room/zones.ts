/** Time zones as people write them, and as they are stored. */

/** An offset has no name, and knows no summer time: 9, +09:00, GMT+9, UTC-5. */
const OFFSET = /^(?:GMT|UTC)?\s*[+\-−]?\d/i;
/** Three letters that the runtime takes, and each of which means several zones: IST, CST. */
const ABBREVIATION = /^(?!UTC|GMT|UCT|PRC|ROC|ROK)[a-z]{3}$/i;
/** Those that are names of the time-zone database itself (its files northamerica, europe and backward). */
const DATABASE_NAME = /^(?:[CEMW]ET|EST|MST|HST|(?:EST5E|CST6C|MST7M|PST8P)DT)$/i;
/** The ones that mean one place alone. */
const unambiguous: Record<string, string> = { JST: 'Asia/Tokyo' };

/** `problem` goes on after what was given: "GMT+9 is an offset, …". */
export type ZoneReading = { zone: string; problem: null } | { zone: null; problem: string };

/** A time zone by its name, in whatever case; it is stored as the time-zone database writes it, asia/tokyo as Asia/Tokyo. */
export function zoneNamed(text: string): ZoneReading {
  const name = text.trim();
  const meant = unambiguous[name.toUpperCase()] ?? name;
  if (OFFSET.test(meant)) return { zone: null, problem: `is an offset, not a time zone: ${placeInstead}` };
  const known = resolved(meant);
  if (known === null)
    return { zone: null, problem: 'is not known: expected e.g. Asia/Tokyo or Europe/Berlin' };
  if (DATABASE_NAME.test(meant)) return { zone: meant.toUpperCase(), problem: null };
  if (ABBREVIATION.test(meant))
    return { zone: null, problem: `is an abbreviation that does not say where: ${placeInstead}` };
  return { zone: isPlace(meant) ? inItsCase(meant, known) : known, problem: null };
}

const placeInstead = 'give a place, e.g. Asia/Tokyo or Europe/Berlin';

const isPlace = (name: string) => /^(?!US\/|Etc\/)[^/]+\//i.test(name);

/** What the runtime calls it; of a place with two names (Europe/Kyiv), the older one. */
function resolved(name: string): string | null {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone;
  } catch {
    return null;
  }
}

/** A place keeps the name that was given, each word of it with a capital, where the runtime has another for it. */
function inItsCase(name: string, known: string): string {
  if (known.toLowerCase() === name.toLowerCase()) return known;
  return name.toLowerCase().replace(/(?<=^|[/_-])[a-z]/g, (letter) => letter.toUpperCase());
}
