/** How long something lasts, as people say it: minutes under the hour, hours under two days. */
export type Length = { days: number; hours: number; minutes: number };

/** From the one minute to the other, as both are shown; what the clocks of a place do in between is counted in. */
export function lengthOf({ from, until }: { from: Date; until: Date }): Length {
  const minuteOf = (time: Date) => Math.floor(time.getTime() / 60_000);
  const minutes = minuteOf(until) - minuteOf(from);
  const hours = Math.floor(minutes / 60);
  const days = hours < 48 ? 0 : Math.floor(hours / 24);
  return { days, hours: hours - days * 24, minutes: minutes % 60 };
}
