/** Time zones as people write them, and as they are stored. */

/** An offset has no name, and knows no summer time: 9, +09:00, GMT+9, UTC-5. */
const OFFSET = /^(?:GMT|UTC)?\s*[+\-−]?\d/i;
/** Three letters that the runtime takes, and each of which means several zones: IST, CST. */
const ABBREVIATION = /^(?!UTC|GMT|UCT|PRC|ROC|ROK)[a-z]{3}$/i;
/** Those that are names of the time-zone database itself (its files northamerica, europe and backward). */
const DATABASE_NAME = /^(?:[CEMW]ET|EST|MST|HST|(?:EST5E|CST6C|MST7M|PST8P)DT)$/i;
/** The ones that mean one place alone. */
const unambiguous: Record<string, string> = { JST: 'Asia/Tokyo' };
/** Letters as clocks show them, with places where they do; what else they mean, nobody knows. */
const placesOf: Record<string, string[]> = {
  ACST: ['Australia/Adelaide'],
  ACDT: ['Australia/Adelaide'],
  AEST: ['Australia/Sydney', 'Australia/Brisbane'],
  AEDT: ['Australia/Sydney'],
  AWST: ['Australia/Perth'],
  BST: ['Europe/London'],
  CEST: ['Europe/Berlin', 'Europe/Paris'],
  CDT: ['America/Chicago'],
  CST: ['America/Chicago', 'Asia/Shanghai'],
  EDT: ['America/New_York'],
  EEST: ['Europe/Athens', 'Europe/Helsinki'],
  HKT: ['Asia/Hong_Kong'],
  ICT: ['Asia/Bangkok', 'Asia/Ho_Chi_Minh'],
  IST: ['Asia/Kolkata', 'Europe/Dublin', 'Asia/Jerusalem'],
  KST: ['Asia/Seoul'],
  MDT: ['America/Denver'],
  MSK: ['Europe/Moscow'],
  NZDT: ['Pacific/Auckland'],
  NZST: ['Pacific/Auckland'],
  PDT: ['America/Los_Angeles'],
  PHT: ['Asia/Manila'],
  PST: ['America/Los_Angeles', 'Asia/Manila'],
  SGT: ['Asia/Singapore'],
  WEST: ['Europe/Lisbon'],
  WIB: ['Asia/Jakarta'],
};

/** `problem` goes on after what was given: "GMT+9 is an offset, …". */
export type ZoneReading = { zone: string; problem: null } | { zone: null; problem: string };

/** A time zone by its name, in whatever case; it is stored as the time-zone database writes it, asia/tokyo as Asia/Tokyo. */
export function zoneNamed(text: string): ZoneReading {
  const name = text.trim();
  const meant = unambiguous[name.toUpperCase()] ?? name;
  if (OFFSET.test(meant)) return refused(`is an offset, not a time zone: ${placeInstead}`);
  const known = resolved(meant);
  if (DATABASE_NAME.test(meant)) return { zone: meant.toUpperCase(), problem: null };
  const places = placesOf[meant.toUpperCase()];
  if (places || (known && ABBREVIATION.test(meant)))
    return refused(`is an abbreviation that does not say where: ${places ? placeAs(places) : placeInstead}`);
  if (known === null) return refused(`is not known: ${placeNamed(meant)}`);
  return { zone: isPlace(meant) ? inItsCase(meant, known) : known, problem: null };
}

const refused = (problem: string): ZoneReading => ({ zone: null, problem });

const placeAs = (places: string[]) => `give a place, e.g. ${places.join(' or ')}`;
const placeInstead = placeAs(['Asia/Tokyo', 'Europe/Berlin']);

/** A city alone is not enough, as it may be there twice; which there are the runtime knows. */
function placeNamed(text: string): string {
  const city = text.replaceAll(' ', '_').toLowerCase();
  const places = Intl.supportedValuesOf('timeZone').filter((zone) => zone.toLowerCase().endsWith(`/${city}`));
  return places.length > 0 && city ? `did you mean ${places.join(' or ')}?` : expectedPlace;
}

const expectedPlace = 'expected e.g. Asia/Tokyo or Europe/Berlin';

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
