/** A room's times as people read them: on its own clock, which is named to who may take it for another one. */

/** How a time is shown, as Intl takes it. */
type Shown = Intl.DateTimeFormatOptions;

export const clock: Shown = { hour: 'numeric', minute: '2-digit' };

/** @param locale e.g. ja-JP */
export const roomTime = (locale: string, iso: string, timeZone: string, shown: Shown): string =>
  new Intl.DateTimeFormat(locale, { ...shown, timeZone }).format(new Date(iso));

/** Whether two moments are on one day by the room's clock. */
export function isSameDay(one: Date, other: Date, timeZone: string): boolean {
  const dayOf = (date: Date) => date.toLocaleDateString('en', { timeZone });
  return dayOf(one) === dayOf(other);
}

/** Whether the reader's own clock is another one. */
export const isElsewhere = (timeZone: string): boolean =>
  new Intl.DateTimeFormat().resolvedOptions().timeZone !== timeZone;

/** In Japan nobody writes the zone of a time, but for who is elsewhere: 日本標準時. */
export const zoneInJapanese = (isElsewhere: boolean): Shown => (isElsewhere ? { timeZoneName: 'long' } : {});

/** Who reads English may be anywhere, or have come from there yesterday: Japan Standard Time. */
export const zoneInEnglish: Shown = { timeZoneName: 'long' };
