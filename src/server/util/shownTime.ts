/** 2030-04-01 10:00 (Asia/Tokyo), as messages name a time. */
export function shownTime(time: Date, timeZone: string): string {
  const text = time.toLocaleString('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'short' });
  return `${text} (${timeZone})`;
}
