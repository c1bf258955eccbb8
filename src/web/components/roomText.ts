import type { RoomInfo } from '../../protocol/messages.ts';
import { words } from '../i18n/language.ts';
import { isElsewhere, isSameDay } from '../i18n/roomTimes.ts';
import type { Interview } from '../models/interview.ts';

/** Who invites, and to what: 株式会社サンプル　一次面接; empty where neither is said. */
export function interviewText({ company, title }: Pick<RoomInfo, 'company' | 'title'>): string {
  return words.value.room.together([company, title].filter(Boolean));
}

/**
 * What stands above each screen: the interview and its time. To interviewers the room's own name where it has no other, by which
 * they find it in lists and records; to an applicant that says nothing.
 */
export function roomText({ seat }: Pick<Interview, 'seat'>): { what: string; when: string } | null {
  const room = seat.room.value;
  if (!room) return null;
  const { name, from, timeZone } = room;
  const isKnownByName = seat.role.value === 'interviewer' && !room.title;
  return {
    what: interviewText(isKnownByName ? { ...room, title: name } : room),
    when: words.value.room.when(from, timeZone, isElsewhere(timeZone)),
  };
}

/** When the room closes, on its own clock; with the day where that is not today's. */
export function endText({ until, timeZone }: Pick<RoomInfo, 'until' | 'timeZone'>): string {
  const isToday = isSameDay(new Date(until), new Date(), timeZone);
  return words.value.room.end(until, timeZone, isElsewhere(timeZone), isToday);
}
